"""Trains a torchvision network over noise, for TrainingTimes: training_peer.py NETWORK RESOLUTION CLASSES BATCH THREADS LAYOUT PARAMETERS.

Prints "ready" when it is warm, then answers each line of input with the images a second of one second of steps.
A step is a forward and a backward pass and an update, as Finch's: SGD with Nesterov's momentum, weight decay, label smoothing.
"""
import sys
import time

import torch
import torchvision

name, resolution, classes, batch, threads, layout, parameters = sys.argv[1:]
resolution, classes, batch = int(resolution), int(classes), int(batch)
torch.set_num_threads(int(threads))
torch.manual_seed(1)
family, _, width = name.partition("@")
makers = {
    "mobilenetv2": lambda: torchvision.models.mobilenet_v2(num_classes=classes, width_mult=float(width or 1)),
    "mobilenetv3-large": lambda: torchvision.models.mobilenet_v3_large(num_classes=classes, width_mult=float(width or 1)),
    "mobilenetv3-small": lambda: torchvision.models.mobilenet_v3_small(num_classes=classes, width_mult=float(width or 1)),
}
if family not in makers:
    sys.exit("torchvision has no " + name)
network = makers[family]()
own = sum(p.numel() for p in network.parameters())
if own != int(parameters):
    sys.exit("torchvision's %s has %d parameters, not %s: another network" % (name, own, parameters))
images = torch.randn(batch, 3, resolution, resolution)
if layout == "channels-last":
    network = network.to(memory_format=torch.channels_last)
    images = images.contiguous(memory_format=torch.channels_last)
labels = torch.arange(batch) % classes
optimizer = torch.optim.SGD(network.parameters(), lr=1e-3, momentum=0.9, nesterov=True, weight_decay=1e-5)
loss_of = torch.nn.CrossEntropyLoss(label_smoothing=0.1)
network.train()


def steps(seconds):
    start = time.perf_counter()
    count = 0
    while time.perf_counter() - start < seconds:
        optimizer.zero_grad()
        loss_of(network(images), labels).backward()
        optimizer.step()
        count += 1
    return count * batch / (time.perf_counter() - start)


steps(3)
print("ready", flush=True)
for _ in sys.stdin:
    print("%.3f" % steps(1), flush=True)
