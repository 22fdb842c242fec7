"""@DESCRIPTION@

For Keras 3 on any backend. Weights are Keras' own initial ones: this file holds the architecture.

    import @MODULE@
    model = @MODULE@.network()  # images: [batch, @HEIGHT@, @WIDTH@, @CHANNELS@], float32, channels last

Finch's tests compare sources like this with a stored one, and with -Pexternal parse them with Python; none runs them in Keras.
"""
import json

import keras
from keras import layers

# The network. Channel counts, not ratios; a missing key has its default.
ARCHITECTURE = json.loads("""
@ARCHITECTURE@
""")

EPSILON = @EPSILON@
TENSORFLOW = ARCHITECTURE.get("padding", "symmetric") == "tensorflow"


def pair(value):
    return tuple(value) if isinstance(value, list) else (value, value)


def activate(x, name):
    function = {"linear": None, "relu": "relu", "relu6": "relu6", "hard-swish": "hard_silu", "swish": "silu"}[name]
    return x if function is None else layers.Activation(function)(x)


# names have no dots: Keras on PyTorch keeps variables by their paths, in which PyTorch takes none
def norm(x, act, name):
    return activate(layers.BatchNormalization(epsilon=EPSILON, name=name + "_norm")(x), act)


def padded(x, kernel):
    """Zeros on all sides alike; TensorFlow's own padding puts the odd pixel right and below."""
    if TENSORFLOW or kernel == (1, 1):
        return x, "same"
    return layers.ZeroPadding2D(tuple((k - 1) // 2 for k in kernel))(x), "valid"


def conv(x, out, kernel, stride, act, name):
    x, padding = padded(x, kernel)
    return norm(layers.Conv2D(out, kernel, stride, padding, use_bias=False, name=name)(x), act, name)


def depthwise(x, kernel, stride, act, name):
    x, padding = padded(x, kernel)
    # Keras' depthwise layer knows one stride for both directions on some backends; a grouped convolution knows two
    if stride[0] == stride[1]:
        x = layers.DepthwiseConv2D(kernel, stride, padding, use_bias=False, name=name)(x)
    else:
        x = layers.Conv2D(x.shape[-1], kernel, stride, padding, groups=x.shape[-1], use_bias=False, name=name)(x)
    return norm(x, act, name)


def squeeze_excite(x, spec, act, name):
    sigmoid = spec.get("gate", "hard-sigmoid") == "sigmoid"
    g = layers.GlobalAveragePooling2D(keepdims=True)(x)
    g = activate(layers.Conv2D(spec["squeeze"], 1, name=name + "_reduce")(g), act if sigmoid else "relu")
    g = layers.Conv2D(x.shape[-1], 1, name=name + "_expand")(g)
    slope = spec.get("gate-slope", 1 / 6)
    g = keras.ops.sigmoid(g) if sigmoid else keras.ops.clip(slope * g + 0.5, 0.0, 1.0)
    return layers.Multiply()([x, g])


def block(x, spec, name):
    kind, kernel, stride, out, act = spec["type"], pair(spec["kernel"]), pair(spec.get("stride", 1)), spec["out"], spec["activation"]
    entry, channels = x, x.shape[-1]
    if kind == "inverted-residual":
        if spec["expanded"] != channels or spec.get("force-expand", False):
            x = conv(x, spec["expanded"], (1, 1), (1, 1), act, name + "_expand")
        x = depthwise(x, kernel, stride, act, name + "_depthwise")
    elif kind == "fused-inverted-residual":
        x = conv(x, spec["expanded"], kernel, stride, act, name + "_fused")
    elif kind == "depthwise-separable":
        x = depthwise(x, kernel, stride, act, name + "_depthwise")
    else:
        return conv(x, out, kernel, stride, act, name + "_conv")
    if spec.get("squeeze", 0) > 0:
        x = squeeze_excite(x, spec, act, name + "_squeeze")
    if kind == "depthwise-separable":
        return conv(x, out, (1, 1), (1, 1), act, name + "_pointwise")
    x = conv(x, out, (1, 1), (1, 1), "linear", name + "_project")
    skip = spec.get("skip", True) and stride == (1, 1) and channels == out
    return layers.Add(name=name + "_add")([entry, x]) if skip else x


def network():
    height, width = pair(ARCHITECTURE["resolution"])
    stem, head = ARCHITECTURE["stem"], ARCHITECTURE["head"]
    act = head.get("activation", "linear")
    image = keras.Input((height, width, ARCHITECTURE["channels"]))
    x = conv(image, stem["out"], pair(stem["kernel"]), pair(stem["stride"]), stem["activation"], "stem")
    for number, spec in enumerate(ARCHITECTURE["blocks"], 1):
        x = block(x, spec, f"block{number}")
    if head.get("conv", 0) > 0:
        x = conv(x, head["conv"], (1, 1), (1, 1), act, "head_conv")
    x = layers.GlobalAveragePooling2D(name="head_pool")(x)
    if head.get("hidden", 0) > 0:
        x = activate(layers.Dense(head["hidden"], use_bias=head.get("hidden-bias", True), name="head_hidden")(x), act)
    return keras.Model(image, layers.Dense(ARCHITECTURE["classes"], name="classifier")(x), name="@IDENTIFIER@")
