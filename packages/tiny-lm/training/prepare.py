"""Turns plain text files into training tokens and a vocabulary.

usage: prepare.py FOLDER_OF_TEXT...   writes train.bin and vocab.json

Text is brought to ASCII; single line breaks become spaces, empty lines a paragraph break. The
vocabulary: three control tokens, 256 byte tokens, byte-pair merges learned within words (each with
the mark U+2581 of the space before it), the single letters.
"""
import collections
import glob
import json
import re
import sys

import numpy as np

VOCABULARY = 1024
MARK = '\u2581'
NEWLINE = 3 + 10


def normalise(text):
    text = text.replace('\r', '')
    text = re.sub(r'(?<!\n)\n(?!\n)', ' ', text)
    text = re.sub(r'\n{2,}', '\n\n', text)
    text = text.encode('ascii', 'ignore').decode().replace('\t', ' ')
    return re.sub(r' +', ' ', text).strip()


def read_texts(folders):
    paths = [p for folder in folders for p in sorted(glob.glob(folder + '/**/*.txt', recursive=True))]
    return [normalise(open(p, encoding='utf8', errors='ignore').read()) for p in paths]


def words_of(paragraph):
    return [MARK + word for word in paragraph.strip().split(' ') if word]


def merge(pieces, a, b):
    out, at = [], 0
    while at < len(pieces):
        if pieces[at:at + 2] == [a, b]:
            out.append(a + b)
            at += 2
        else:
            out.append(pieces[at])
            at += 1
    return out


def learn_merges(texts, count):
    frequency = collections.Counter(w for t in texts for p in t.split('\n') for w in words_of(p))
    words = [(list(word), times) for word, times in frequency.most_common(40000)]
    merges = []
    while len(merges) < count:
        pairs = collections.Counter()
        for pieces, times in words:
            for pair in zip(pieces, pieces[1:]):
                pairs[pair] += times
        (a, b), _ = pairs.most_common(1)[0]
        merges.append((a, b))
        words = [(merge(pieces, a, b) if len(pieces) > 1 else pieces, times) for pieces, times in words]
    return merges


def build_vocabulary(merges, letters):
    tokens = ['<unk>', '<s>', '</s>'] + ['<0x%02X>' % byte for byte in range(256)]
    scores = [0.0] * 259
    types = [2, 3, 3] + [6] * 256
    for rank, (a, b) in enumerate(merges):
        tokens.append(a + b)
        scores.append(-float(rank))
    for rank, letter in enumerate(letters):
        tokens.append(letter)
        scores.append(-1000.0 - rank)
    types += [1] * (len(tokens) - 259)
    return {'tokens': tokens, 'scores': scores, 'types': types}


def main():
    texts = read_texts(sys.argv[1:])
    letters = [MARK] + [chr(code) for code in range(33, 127)]
    merges = learn_merges(texts, VOCABULARY - 259 - len(letters))
    vocabulary = build_vocabulary(merges, letters)
    index = {token: i for i, token in enumerate(vocabulary['tokens'])}
    rank = {pair: i for i, pair in enumerate(merges)}
    cache = {}

    def encode(word):
        if word not in cache:
            pieces = list(word)
            while len(pieces) > 1:
                best = min((rank.get(pair, 1 << 30), i) for i, pair in enumerate(zip(pieces, pieces[1:])))
                if best[0] == 1 << 30:
                    break
                pieces[best[1]:best[1] + 2] = [pieces[best[1]] + pieces[best[1] + 1]]
            cache[word] = [index.get(piece, 0) for piece in pieces]
        return cache[word]

    ids = []
    for text in texts:
        ids.append(1)
        for number, paragraph in enumerate(text.split('\n')):
            if number:
                ids.append(NEWLINE)
            for word in words_of(paragraph):
                ids.extend(encode(word))
        ids.append(2)
    np.array(ids, dtype=np.uint16).tofile('train.bin')
    json.dump(vocabulary, open('vocab.json', 'w'))
    print('tokens', len(ids), 'vocabulary', len(vocabulary['tokens']))


main()
