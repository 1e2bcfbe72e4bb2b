// SPDX-License-Identifier: MIT
pragma solidity ^0.8.20;

/// A price feed of 8 decimals as Chainlink's are; its answer is whatever it was last told.
contract Feed {
    uint8 public constant decimals = 8;
    string public description;
    int256 public latestAnswer;
    uint256 private updatedAt;

    constructor(string memory description_, int256 answer) {
        description = description_;
        set(answer);
    }

    function set(int256 answer) public {
        latestAnswer = answer;
        updatedAt = block.timestamp;
    }

    function latestRoundData() external view returns (uint80, int256, uint256, uint256, uint80) {
        return (1, latestAnswer, updatedAt, updatedAt, 1);
    }
}
