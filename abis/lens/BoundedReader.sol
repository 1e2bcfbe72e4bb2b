// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

interface Token {
    function symbol() external view returns (string memory);
    function balanceOf(address account) external view returns (uint256);
}

interface Feed {
    function latestRoundData() external view returns (uint256[5] memory);
}

/// How every lens calls: bounded in gas and in the bytes it takes, for tokens and feeds are foreign code.
abstract contract BoundedReader {
    /// The market itself cannot be read: which call gave no usable answer.
    error Unreadable(bytes32 what);
    /// The call's own gas ran low: ask for less at a time. Kept apart from a foreign contract that burns all it gets.
    error OutOfGas();

    uint256 internal constant TOKEN_GAS = 200_000;
    uint256 internal constant PRICE_GAS = 500_000;

    /// When a price feed was last written; 0: it does not tell.
    function _updatedAt(address feed) internal view returns (uint256) {
        uint256[] memory round = _many(feed, TOKEN_GAS, Feed.latestRoundData.selector, 0, 5);
        return round.length == 5 ? round[3] : 0;
    }

    /// The first 32 bytes of a token's symbol, whatever the token put there.
    function _symbol(address token) internal view returns (bytes32) {
        return _label(token, Token.symbol.selector);
    }

    /// A string's first 32 bytes, or a bytes32 as old tokens have it; zeros where the contract tells neither.
    function _label(address from, bytes4 selector) internal view returns (bytes32) {
        uint256[] memory words = _many(from, TOKEN_GAS, selector, 0, 3);
        if (words.length == 1) return bytes32(words[0]);
        if (words.length < 3 || words[0] != 32 || words[1] == 0) return 0;
        return words[1] >= 32 ? bytes32(words[2]) : bytes32(words[2] & ~(type(uint256).max >> (words[1] * 8)));
    }

    function _must(
        address to,
        uint256 cap,
        bytes4 selector,
        uint256 arg,
        bytes32 name
    ) internal view returns (uint256) {
        (bool ok, uint256 word) = _word(to, cap, selector, arg);
        if (!ok) revert Unreadable(name);
        return word;
    }

    /// One call for one word, without touching free memory: it runs thousands of times.
    function _word(address to, uint256 cap, bytes4 selector, uint256 arg) internal view returns (bool ok, uint256 word) {
        _enough(cap);
        assembly {
            mstore(0, selector)
            mstore(4, arg)
            ok := staticcall(cap, to, 0, 36, 0, 32)
            if lt(returndatasize(), 32) {
                ok := 0
            }
            if ok {
                word := mload(0)
            }
        }
    }

    /// One call for at most `most` words; shorter if fewer came, empty if the call failed.
    function _many(
        address to,
        uint256 cap,
        bytes4 selector,
        uint256 arg,
        uint256 most
    ) internal view returns (uint256[] memory words) {
        _enough(cap);
        assembly {
            mstore(0, selector)
            mstore(4, arg)
            words := mload(64)
            let count := 0
            if staticcall(cap, to, 0, 36, 0, 0) {
                count := div(returndatasize(), 32)
                if gt(count, most) {
                    count := most
                }
            }
            returndatacopy(add(words, 32), 0, mul(count, 32))
            mstore(words, count)
            mstore(64, add(add(words, 32), mul(count, 32)))
        }
    }

    /// A call is given all of its cap or is not made: so a failed one is the other side's doing.
    function _enough(uint256 cap) internal view {
        if (gasleft() < cap + cap / 32 + 20_000) revert OutOfGas();
    }
}
