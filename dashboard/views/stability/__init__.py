"""Stability: how gates move when the picture is blurred, shifted, darkened."""
