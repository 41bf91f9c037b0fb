import hashlib
from collections.abc import Sequence

import pytest
from hypothesis import given, strategies as st

from surveys.merkle import root

# Inputs and roots of the reference implementation of Certificate Transparency
# (google/certificate-transparency, cpp/merkletree/merkle_tree_test.cc), which other
# implementations repeat; to be met to the last bit.
LEAVES = [
    bytes.fromhex(text)
    for text in (
        "",
        "00",
        "10",
        "2021",
        "3031",
        "40414243",
        "5051525354555657",
        "606162636465666768696a6b6c6d6e6f",
    )
]
ROOTS = [
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]
LISTS = st.lists(st.binary(max_size=40), max_size=70)


def sha256(content: bytes) -> bytes:
    return hashlib.sha256(content).digest()


def by_definition(leaves: Sequence[bytes]) -> bytes:
    """The recursion of RFC 9162, section 2.1.1, word for word."""
    if len(leaves) < 2:
        return sha256(b"\x00" + leaves[0]) if leaves else sha256(b"")
    split = 1
    while split * 2 < len(leaves):
        split *= 2
    return sha256(b"\x01" + by_definition(leaves[:split]) + by_definition(leaves[split:]))


@pytest.mark.parametrize("size", range(9))
def test_the_root_is_that_of_the_reference_implementation(size: int) -> None:
    assert root(LEAVES[:size]).hex() == ROOTS[size]


def test_seven_leaves_make_the_tree_drawn_in_the_rfc() -> None:
    a, b, c, d, e, f, j = (sha256(b"\x00" + leaf) for leaf in LEAVES[:7])
    g, h, i = (sha256(b"\x01" + x + y) for x, y in ((a, b), (c, d), (e, f)))
    k, left = sha256(b"\x01" + g + h), sha256(b"\x01" + i + j)
    assert root(LEAVES[:7]) == sha256(b"\x01" + k + left)


@given(LISTS)
def test_the_root_follows_the_definition(leaves: list[bytes]) -> None:
    assert root(leaves) == by_definition(leaves)


@given(LISTS, LISTS)
def test_different_lists_have_different_roots(one: list[bytes], other: list[bytes]) -> None:
    assert (root(one) == root(other)) is (one == other)


@given(st.lists(st.binary(max_size=8), min_size=1, max_size=40), st.data())
def test_every_entry_and_its_place_count(leaves: list[bytes], data: st.DataObject) -> None:
    place = data.draw(st.integers(0, len(leaves) - 1))
    changed = [*leaves]
    changed[place] += b"x"
    swapped = [*leaves[1:], leaves[0]]
    shorter = leaves[:place] + leaves[place + 1 :]
    roots = {root(leaves), root(changed), root(shorter)}
    assert len(roots) == 3
    assert (root(swapped) == root(leaves)) is (swapped == leaves)


def test_an_inner_node_passes_for_no_entry() -> None:
    inner = sha256(b"\x00" + LEAVES[0]) + sha256(b"\x00" + LEAVES[1])
    assert root([inner]) != root(LEAVES[:2])
