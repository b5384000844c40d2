"""Ciphers and digests: the backend that computes them, the key rings, encrypted columns, and values as screens show them."""

from civicnet.cipher.backend import CipherError, CryptoBackend, backend
from civicnet.cipher.made import Made, remembering
from civicnet.cipher.masking import mask, mask_numbers
from civicnet.cipher.ring import (
    blind_index,
    blind_index_all,
    blind_indexes,
    blind_indexes_all,
    decrypt,
    encrypt,
    encrypt_all,
    make_ahead,
)

__all__ = [
    "CipherError",
    "CryptoBackend",
    "Made",
    "backend",
    "blind_index",
    "blind_index_all",
    "blind_indexes",
    "blind_indexes_all",
    "decrypt",
    "encrypt",
    "encrypt_all",
    "make_ahead",
    "mask",
    "mask_numbers",
    "remembering",
]
