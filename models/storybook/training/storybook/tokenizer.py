"""Byte-pair encoding in CLIP's layout, with a vocabulary learnt from the captions.

After Sennrich et al. (arXiv:1508.07909) and CLIP's simple tokenizer (Radford et al., arXiv:2103.00020):
lower case, words split by CLIP's pattern, bytes as printable characters, '</w>' at a word's end.
"""
import json
import os
import re
from collections import Counter

LENGTH = 77
START, END = '<|startoftext|>', '<|endoftext|>'
WORDS = re.compile(r"'s|'t|'re|'ve|'m|'ll|'d|[^\W\d_]+|\d|[^\s\w]+|_+")


def _byte_names():
    visible = list(range(33, 127)) + list(range(161, 173)) + list(range(174, 256))
    names = {b: chr(b) for b in visible}
    for b in range(256):
        if b not in names:
            names[b] = chr(256 + len(names) - len(visible))
    return [(b, names[b]) for b in visible] + [(b, names[b]) for b in range(256) if b not in visible]


BYTES = dict(_byte_names())


def split(text):
    """The words of a text, as CLIP sees them."""
    return WORDS.findall(' '.join(text.lower().split()))


def _symbols(word):
    symbols = [BYTES[b] for b in word.encode()]
    symbols[-1] += '</w>'
    return symbols


def _merged(symbols, pair):
    out, i = [], 0
    while i < len(symbols):
        if tuple(symbols[i:i + 2]) == pair:
            out.append(symbols[i] + symbols[i + 1])
            i += 2
        else:
            out.append(symbols[i])
            i += 1
    return out


def learn(captions, most=1500, least_count=20):
    """Merges, the most frequent pair first, until no pair is seen `least_count` times."""
    words = Counter(w for c in captions for w in split(c))
    spelled = {w: _symbols(w) for w in words}
    merges = []
    while len(merges) < most:
        pairs = Counter()
        for word, symbols in spelled.items():
            for pair in zip(symbols, symbols[1:]):
                pairs[pair] += words[word]
        if not pairs:
            break
        pair, count = max(pairs.items(), key=lambda item: (item[1], item[0]))
        if count < least_count:
            break
        merges.append(pair)
        for word, symbols in spelled.items():
            if len(symbols) > 1:
                spelled[word] = _merged(symbols, pair)
    return merges


class Tokenizer:
    """Texts to 77 token ids: start, text, end, filled up with the end token as SD 1.5 does."""

    def __init__(self, merges):
        self.merges = [tuple(m) for m in merges]
        self.rank = {m: i for i, m in enumerate(self.merges)}
        letters = list(BYTES.values())
        tokens = letters + [c + '</w>' for c in letters] + [a + b for a, b in self.merges] + [START, END]
        self.ids = {}
        for token in tokens:
            self.ids.setdefault(token, len(self.ids))
        self._known = {}

    def __len__(self):
        return len(self.ids)

    def _word(self, word):
        if word not in self._known:
            symbols = _symbols(word)
            while len(symbols) > 1:
                pair = min(zip(symbols, symbols[1:]), key=lambda p: self.rank.get(p, len(self.rank)))
                if pair not in self.rank:
                    break
                symbols = _merged(symbols, pair)
            self._known[word] = [self.ids[s] for s in symbols]
        return self._known[word]

    def encode(self, text):
        """77 ids."""
        ids = [i for w in split(text) for i in self._word(w)][:LENGTH - 2]
        return [self.ids[START]] + ids + [self.ids[END]] * (LENGTH - 1 - len(ids))

    def save(self, folder):
        """vocab.json, merges.txt and tokenizer_config.json, as CLIPTokenizer reads them."""
        os.makedirs(folder, exist_ok=True)
        with open(os.path.join(folder, 'vocab.json'), 'w', encoding='utf-8') as f:
            json.dump(self.ids, f, ensure_ascii=False)
        with open(os.path.join(folder, 'merges.txt'), 'w', encoding='utf-8') as f:
            f.write('#version: 0.2\n' + '\n'.join(' '.join(m) for m in self.merges) + '\n')
        with open(os.path.join(folder, 'tokenizer_config.json'), 'w', encoding='utf-8') as f:
            json.dump({'bos_token': START, 'eos_token': END, 'unk_token': END, 'pad_token': END, 'do_lower_case': True,
                       'model_max_length': LENGTH, 'tokenizer_class': 'CLIPTokenizer'}, f, indent=2)

    @staticmethod
    def load(folder):
        """Reads what :meth:`save` wrote."""
        with open(os.path.join(folder, 'merges.txt'), encoding='utf-8') as f:
            return Tokenizer([tuple(line.split(' ')) for line in f.read().splitlines()[1:]])
