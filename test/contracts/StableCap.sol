// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

/// A feed of a stablecoin that never tells more than its cap. Its state is set from outside: slot 0 the price, slot 1 the cap.
contract StableCap {
    int256 public price;
    int256 public getPriceCap;

    function latestAnswer() external view returns (int256) {
        return price > getPriceCap ? getPriceCap : price;
    }

    function decimals() external pure returns (uint8) {
        return 8;
    }
}
