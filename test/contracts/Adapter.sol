// SPDX-License-Identifier: MIT
pragma solidity ^0.8.20;

/// What stands in front of a feed: it tells the price alone, not when it was written.
contract Adapter {
    uint8 public immutable decimals;
    int256 public latestAnswer;

    constructor(uint8 decimals_, int256 answer) {
        decimals = decimals_;
        latestAnswer = answer;
    }
}
