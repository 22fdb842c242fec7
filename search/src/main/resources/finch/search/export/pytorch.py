"""@DESCRIPTION@

Needs PyTorch alone:

    import @MODULE@
    model = @MODULE@.load("@WEIGHTS@")     # or Network() with PyTorch's own initial weights
    logits = model(images)  # images: [batch, @CHANNELS@, @HEIGHT@, @WIDTH@], float32
"""
import json
import pathlib
import struct

import torch
from torch import nn
from torch.nn import functional

# The network. Channel counts, not ratios; a missing key has its default.
ARCHITECTURE = json.loads("""
@ARCHITECTURE@
""")


def pair(value):
    return tuple(value) if isinstance(value, list) else (value, value)


def activation(name):
    return {"linear": nn.Identity, "relu": nn.ReLU, "relu6": nn.ReLU6, "hard-swish": nn.Hardswish, "swish": nn.SiLU}[name]()


class SamePad(nn.Module):
    """Zeros around the image as TensorFlow puts them: the odd pixel right and below."""

    def __init__(self, kernel, stride):
        super().__init__()
        self.kernel, self.stride = kernel, stride

    def forward(self, x):
        total = [max(0, (-(-size // s) - 1) * s + k - size) for size, k, s in zip(x.shape[2:], self.kernel, self.stride)]
        (top, bottom), (left, right) = [(t // 2, t - t // 2) for t in total]
        return functional.pad(x, (left, right, top, bottom))


class ConvNorm(nn.Module):
    """Convolution, batch normalisation, activation."""

    def __init__(self, channels_in, channels_out, kernel, stride, groups, act):
        super().__init__()
        tensorflow = ARCHITECTURE.get("padding", "symmetric") == "tensorflow"
        self.pad = SamePad(kernel, stride) if tensorflow else nn.Identity()
        self.conv = nn.Conv2d(channels_in, channels_out, kernel, stride, padding=0 if tensorflow else tuple((k - 1) // 2 for k in kernel),
                              groups=groups, bias=False)
        self.norm = nn.BatchNorm2d(channels_out, eps=@EPSILON@)
        self.act = activation(act)

    def forward(self, x):
        return self.act(self.norm(self.conv(self.pad(x))))


class SqueezeExcite(nn.Module):
    def __init__(self, channels, squeezed, gate, slope, act):
        super().__init__()
        self.reduce = nn.Conv2d(channels, squeezed, 1)
        self.expand = nn.Conv2d(squeezed, channels, 1)
        self.inner = activation(act if gate == "sigmoid" else "relu")
        self.gate = gate
        self.slope = slope

    def forward(self, x):
        g = self.expand(self.inner(self.reduce(x.mean((2, 3), keepdim=True))))
        return x * (torch.sigmoid(g) if self.gate == "sigmoid" else torch.clamp(self.slope * g + 0.5, 0, 1))


class Block(nn.Module):
    """One block of the four types."""

    def __init__(self, channels_in, spec):
        super().__init__()
        kind, kernel, stride, out, act = spec["type"], pair(spec["kernel"]), pair(spec.get("stride", 1)), spec["out"], spec["activation"]
        one = (1, 1)
        layers = []
        inside = channels_in
        if kind == "inverted-residual":
            inside = spec["expanded"]
            if inside != channels_in or spec.get("force-expand", False):
                layers.append(("expand", ConvNorm(channels_in, inside, one, one, 1, act)))
            layers.append(("depthwise", ConvNorm(inside, inside, kernel, stride, inside, act)))
        elif kind == "fused-inverted-residual":
            inside = spec["expanded"]
            layers.append(("fused", ConvNorm(channels_in, inside, kernel, stride, 1, act)))
        elif kind == "depthwise-separable":
            layers.append(("depthwise", ConvNorm(inside, inside, kernel, stride, inside, act)))
        else:
            layers.append(("conv", ConvNorm(channels_in, out, kernel, stride, 1, act)))
        if spec.get("squeeze", 0) > 0:
            layers.append(("squeeze", SqueezeExcite(inside, spec["squeeze"], spec.get("gate", "hard-sigmoid"), spec.get("gate-slope", 1 / 6), act)))
        if kind == "depthwise-separable":
            layers.append(("pointwise", ConvNorm(inside, out, one, one, 1, act)))
        elif kind != "conv":
            layers.append(("project", ConvNorm(inside, out, one, one, 1, "linear")))
        self.names = [name for name, _ in layers]
        for name, layer in layers:
            self.add_module(name, layer)
        self.skip = "inverted-residual" in kind and spec.get("skip", True) and stride == one and channels_in == out

    def forward(self, x):
        y = x
        for name in self.names:
            y = getattr(self, name)(y)
        return x + y if self.skip else y


class Head(nn.Module):
    def __init__(self, channels_in, spec):
        super().__init__()
        act = spec.get("activation", "linear")
        conv, hidden = spec.get("conv", 0), spec.get("hidden", 0)
        self.conv = ConvNorm(channels_in, conv, (1, 1), (1, 1), 1, act) if conv else nn.Identity()
        self.hidden = nn.Linear(conv or channels_in, hidden, bias=spec.get("hidden-bias", True)) if hidden else nn.Identity()
        self.act = activation(act) if hidden else nn.Identity()
        self.out = hidden or conv or channels_in

    def forward(self, x):
        return self.act(self.hidden(self.conv(x).mean((2, 3))))


class Network(nn.Module):
    def __init__(self):
        super().__init__()
        stem = ARCHITECTURE["stem"]
        self.stem = ConvNorm(ARCHITECTURE["channels"], stem["out"], pair(stem["kernel"]), pair(stem["stride"]), 1, stem["activation"])
        channels = stem["out"]
        self.blocks = []
        for number, spec in enumerate(ARCHITECTURE["blocks"], 1):
            self.add_module(f"block{number}", Block(channels, spec))
            self.blocks.append(f"block{number}")
            channels = spec["out"]
        self.head = Head(channels, ARCHITECTURE["head"])
        self.classifier = nn.Linear(self.head.out, ARCHITECTURE["classes"])

    def forward(self, x):
        x = self.stem(x)
        for name in self.blocks:
            x = getattr(self, name)(x)
        return self.classifier(self.head(x))


def read_safetensors(file):
    """Tensors by name: a length of 8 bytes, so many bytes of JSON, then the numbers (https://github.com/huggingface/safetensors)."""
    content = bytearray(pathlib.Path(file).read_bytes())
    (length,) = struct.unpack("<Q", content[:8])
    header = json.loads(content[8:8 + length])
    header.pop("__metadata__", None)
    tensors = {}
    for name, tensor in header.items():
        begin, end = (8 + length + offset for offset in tensor["data_offsets"])
        tensors[name] = torch.frombuffer(content[begin:end], dtype=torch.float32).reshape(tensor["shape"])
    return tensors


def load(file):
    """The network with the weights of a file, ready for inference."""
    model = Network()
    missing, unexpected = model.load_state_dict(read_safetensors(file), strict=False)
    missing = [name for name in missing if not name.endswith("num_batches_tracked")]
    if missing or unexpected:
        raise ValueError(f"{file} holds the weights of another network: {missing + unexpected}")
    return model.eval()
