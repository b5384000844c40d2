"""Ciphers and digests: the backend that computes them, the key rings, encrypted columns, and values as screens show them."""

from civicnet.cipher.backend import CipherError, CryptoBackend, backend
from civicnet.cipher.masking import mask, mask_numbers
from civicnet.cipher.ring import blind_index, blind_indexer, blind_indexes, decrypt, encrypt, sealer

__all__ = [
    "CipherError",
    "CryptoBackend",
    "backend",
    "blind_index",
    "blind_indexer",
    "blind_indexes",
    "decrypt",
    "encrypt",
    "mask",
    "mask_numbers",
    "sealer",
]
