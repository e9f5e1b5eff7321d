"""Trains the model on the CPU for a given time.

usage: train.py SECONDS   reads train.bin, writes m.pt

Llama architecture: RMSNorm, rotary positions (adjacent dimensions turned together), SwiGLU, tied
embedding. AdamW, cosine schedule over the given time, pieces of 128 tokens, 24 at a time.
"""
import math
import sys
import time

import numpy as np
import torch
import torch.nn as nn
import torch.nn.functional as F

from shape import CONTEXT_TRAINED, HEADS, HIDDEN, LAYERS, VOCABULARY, WIDTH

BATCH = 24
RATE = 3e-3
HEAD_WIDTH = WIDTH // HEADS

frequencies = 1.0 / (10000 ** (torch.arange(0, HEAD_WIDTH, 2).float() / HEAD_WIDTH))
angles = torch.outer(torch.arange(CONTEXT_TRAINED).float(), frequencies)
COSINE, SINE = angles.cos(), angles.sin()


class Norm(nn.Module):
    def __init__(self):
        super().__init__()
        self.w = nn.Parameter(torch.ones(WIDTH))

    def forward(self, x):
        return x * torch.rsqrt(x.pow(2).mean(-1, keepdim=True) + 1e-5) * self.w


def rotate(x):
    a, b = x[..., 0::2], x[..., 1::2]
    cosine, sine = COSINE[:x.shape[2]], SINE[:x.shape[2]]
    return torch.stack([a * cosine - b * sine, a * sine + b * cosine], -1).flatten(-2)


class Block(nn.Module):
    def __init__(self):
        super().__init__()
        linear = lambda i, o: nn.Linear(i, o, bias=False)
        self.an, self.fn = Norm(), Norm()
        self.q, self.k, self.v, self.o = (linear(WIDTH, WIDTH) for _ in range(4))
        self.g, self.u, self.dn = linear(WIDTH, HIDDEN), linear(WIDTH, HIDDEN), linear(HIDDEN, WIDTH)

    def forward(self, x, mask):
        batch, length, _ = x.shape
        h = self.an(x)
        heads = lambda y: y.view(batch, length, HEADS, HEAD_WIDTH).transpose(1, 2)
        q, k, v = rotate(heads(self.q(h))), rotate(heads(self.k(h))), heads(self.v(h))
        scores = (q @ k.transpose(-1, -2)) / math.sqrt(HEAD_WIDTH) + mask[:length, :length]
        mixed = (scores.softmax(-1) @ v).transpose(1, 2).reshape(batch, length, WIDTH)
        x = x + self.o(mixed)
        h = self.fn(x)
        return x + self.dn(F.silu(self.g(h)) * self.u(h))


class Model(nn.Module):
    def __init__(self):
        super().__init__()
        self.e = nn.Embedding(VOCABULARY, WIDTH)
        self.b = nn.ModuleList([Block() for _ in range(LAYERS)])
        self.n = Norm()
        for parameter in self.parameters():
            if parameter.dim() > 1:
                nn.init.normal_(parameter, 0, 0.02)
        self.register_buffer('m', torch.full((CONTEXT_TRAINED, CONTEXT_TRAINED), -1e9).triu(1))

    def forward(self, x):
        x = self.e(x)
        for block in self.b:
            x = block(x, self.m)
        return self.n(x) @ self.e.weight.t()


def main():
    torch.set_num_threads(2)
    torch.manual_seed(1)
    seconds = float(sys.argv[1])
    data = torch.from_numpy(np.fromfile('train.bin', dtype=np.uint16).astype(np.int64))
    model = Model()
    print('parameters', sum(p.numel() for p in model.parameters()))
    optimiser = torch.optim.AdamW(model.parameters(), lr=RATE, betas=(.9, .95), weight_decay=.05)
    begun, iteration = time.time(), 0
    while time.time() - begun < seconds:
        share = (time.time() - begun) / seconds
        cosine = 0.05 + 0.95 * 0.5 * (1 + math.cos(math.pi * share))
        for group in optimiser.param_groups:
            group['lr'] = RATE * min(1, (iteration + 1) / 30) * cosine
        starts = torch.randint(len(data) - CONTEXT_TRAINED - 1, (BATCH,))
        x = torch.stack([data[s:s + CONTEXT_TRAINED] for s in starts])
        y = torch.stack([data[s + 1:s + 1 + CONTEXT_TRAINED] for s in starts])
        loss = F.cross_entropy(model(x).view(-1, VOCABULARY), y.view(-1))
        optimiser.zero_grad()
        loss.backward()
        nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimiser.step()
        iteration += 1
        if iteration % 50 == 0:
            print(iteration, round(loss.item(), 3), round(time.time() - begun), 's', flush=True)
    torch.save(model.state_dict(), 'm.pt')
    print('done', iteration, loss.item())


main()
