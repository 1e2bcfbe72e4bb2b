// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

/// Whole-number products and quotients, by the way they are rounded. RAY is 1e27, WAD 1e18, 10000 basis points are 1.
library Rounding {
    uint256 internal constant RAY = 1e27;
    uint256 internal constant WAD = 1e18;
    uint256 internal constant BPS = 1e4;

    function down(uint256 a, uint256 b, uint256 by) internal pure returns (uint256) {
        return (a * b) / by;
    }

    function half(uint256 a, uint256 b, uint256 by) internal pure returns (uint256) {
        return (a * b + by / 2) / by;
    }

    function up(uint256 a, uint256 b, uint256 by) internal pure returns (uint256) {
        uint256 product = a * b;
        return product / by + (product % by == 0 ? 0 : 1);
    }
}
