"""SE and 1×1 convolution: trained in place, fitted, without pooling, while training."""
