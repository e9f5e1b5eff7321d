"""The sizes of the network, shared by training and export."""
VOCABULARY = 1024
WIDTH = 128
LAYERS = 4
HEADS = 4
HIDDEN = 352
# The length of the pieces the model is trained on, and so the window of its attention.
CONTEXT_TRAINED = 128
# Prompt and completion together.
CONTEXT_SERVED = 512
