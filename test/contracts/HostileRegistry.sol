// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

/// A registry that answers every question the way it was told to.
contract HostileRegistry {
    /// 0: burns all gas. 1: all bits set. 2: one byte. 3: a list of 1,000 accounts. 4: 1,000 times the same. 5: counts 2 and names none.
    uint256 private manner;

    function behave(uint256 how) external {
        manner = how;
    }

    fallback() external {
        uint256 arg = msg.data.length < 68 ? uint256(bytes32(msg.data[4:36])) : uint256(bytes32(msg.data[36:68]));
        if (manner == 0) {
            assembly {
                invalid()
            }
        }
        if (manner == 1) _give(type(uint256).max, type(uint256).max, type(uint256).max);
        if (manner == 2) {
            assembly {
                return(0, 1)
            }
        }
        if (manner == 5) _give(0, 0, 2);
        if (msg.sig == bytes4(keccak256("userLink(address)"))) _give(1, 1000, 1000);
        if (msg.sig == bytes4(keccak256("accountID(address)"))) _give(0, 0, 0);
        if (msg.sig == bytes4(keccak256("accountAddr(uint64)"))) _give(0xdc0000 + arg, 0, 0);
        _give(0, manner == 3 ? arg + 1 : 1, 0);
    }

    function _give(uint256 a, uint256 b, uint256 c) private pure {
        assembly {
            mstore(0, a)
            mstore(32, b)
            mstore(64, c)
            return(0, 96)
        }
    }
}
