"""Ciphers and digests: the backend that computes them, the key rings, encrypted columns, and values as screens show them."""

from civicnet.cipher.backend import CipherError, CryptoBackend, backend
from civicnet.cipher.masking import mask, mask_numbers
from civicnet.cipher.ring import (
    blind_index,
    blind_index_all,
    blind_indexes,
    blind_indexes_all,
    decrypt,
    encrypt,
    encrypt_all,
    indexes_remembered,
)

__all__ = [
    "CipherError",
    "CryptoBackend",
    "backend",
    "blind_index",
    "blind_index_all",
    "blind_indexes",
    "blind_indexes_all",
    "decrypt",
    "encrypt",
    "encrypt_all",
    "indexes_remembered",
    "mask",
    "mask_numbers",
]
