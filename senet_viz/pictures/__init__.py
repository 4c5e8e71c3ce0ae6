"""Bytes -> pictures: files, zips, labelled folders, samples, perturbations. Pillow, no torch."""
