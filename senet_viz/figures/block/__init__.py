"""Charts of one picture: gates, feature maps, layers, the network, predictions."""
