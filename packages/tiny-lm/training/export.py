"""Writes the trained model as GGUF version 3: matrices as F16, norms as F32.

usage: export.py   reads m.pt and vocab.json, writes tiny.gguf
"""
import json
import struct

import numpy as np
import torch

from shape import CONTEXT_SERVED, CONTEXT_TRAINED, HEADS, HIDDEN, LAYERS, VOCABULARY, WIDTH

ALIGNMENT = 32
MATRICES = {
    'attn_q': 'q', 'attn_k': 'k', 'attn_v': 'v', 'attn_output': 'o',
    'ffn_gate': 'g', 'ffn_up': 'u', 'ffn_down': 'dn',
}


def string(text):
    data = text.encode()
    return struct.pack('<Q', len(data)) + data


def u32(key, value):
    return string(key) + struct.pack('<II', 4, value)


def f32(key, value):
    return string(key) + struct.pack('<If', 6, value)


def boolean(key, value):
    return string(key) + struct.pack('<I?', 7, value)


def text(key, value):
    return string(key) + struct.pack('<I', 8) + string(value)


def array(key, kind, body, count):
    return string(key) + struct.pack('<IIQ', 9, kind, count) + body


def metadata(vocabulary):
    count = len(vocabulary['tokens'])
    tokens = b''.join(string(token) for token in vocabulary['tokens'])
    scores = struct.pack('<%df' % count, *vocabulary['scores'])
    types = struct.pack('<%di' % count, *vocabulary['types'])
    return [
        text('general.architecture', 'llama'),
        text('general.name', 'midstream-tiny'),
        u32('general.file_type', 1),
        u32('llama.context_length', CONTEXT_SERVED),
        u32('llama.embedding_length', WIDTH),
        u32('llama.block_count', LAYERS),
        u32('llama.feed_forward_length', HIDDEN),
        u32('llama.vocab_size', VOCABULARY),
        u32('llama.rope.dimension_count', WIDTH // HEADS),
        u32('llama.attention.head_count', HEADS),
        u32('llama.attention.head_count_kv', HEADS),
        f32('llama.attention.layer_norm_rms_epsilon', 1e-5),
        u32('llama.attention.sliding_window', CONTEXT_TRAINED),
        text('tokenizer.ggml.model', 'llama'),
        array('tokenizer.ggml.tokens', 8, tokens, count),
        array('tokenizer.ggml.scores', 6, scores, count),
        array('tokenizer.ggml.token_type', 5, types, count),
        u32('tokenizer.ggml.bos_token_id', 1),
        u32('tokenizer.ggml.eos_token_id', 2),
        u32('tokenizer.ggml.unknown_token_id', 0),
        boolean('tokenizer.ggml.add_bos_token', True),
        boolean('tokenizer.ggml.add_space_prefix', True),
    ]


def tensors(weights):
    yield 'token_embd.weight', weights['e.weight'], True
    yield 'output_norm.weight', weights['n.w'], False
    for layer in range(LAYERS):
        source, target = f'b.{layer}.', f'blk.{layer}.'
        yield target + 'attn_norm.weight', weights[source + 'an.w'], False
        yield target + 'ffn_norm.weight', weights[source + 'fn.w'], False
        for name, short in MATRICES.items():
            yield f'{target}{name}.weight', weights[f'{source}{short}.weight'], True


def pad(data):
    return data + b'\0' * (-len(data) % ALIGNMENT)


def main():
    entries = metadata(json.load(open('vocab.json')))
    infos, data, count = b'', b'', 0
    for name, tensor, is_half in tensors(torch.load('m.pt', map_location='cpu')):
        values = tensor.detach().numpy().astype(np.float16 if is_half else np.float32)
        sizes = values.shape[::-1]
        infos += string(name) + struct.pack('<I', len(sizes))
        infos += b''.join(struct.pack('<Q', size) for size in sizes)
        infos += struct.pack('<IQ', 1 if is_half else 0, len(data))
        data = pad(data + values.tobytes())
        count += 1
    head = b'GGUF' + struct.pack('<IQQ', 3, count, len(entries)) + b''.join(entries) + infos
    with open('tiny.gguf', 'wb') as file:
        file.write(pad(head) + data)


main()
