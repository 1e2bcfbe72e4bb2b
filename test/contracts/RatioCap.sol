// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

/// A feed of a staked coin: the price of what is staked, times a ratio (1e18) that counts for no more than it may have grown to since a
/// snapshot. Slots: base price, ratio, snapshot of the ratio, its time, growth a second.
contract RatioCap {
    int256 public base;
    int256 public getRatio;
    uint256 public getSnapshotRatio;
    uint256 public getSnapshotTimestamp;
    uint256 public getMaxRatioGrowthPerSecond;

    function latestAnswer() external view returns (int256) {
        uint256 most = getSnapshotRatio + getMaxRatioGrowthPerSecond * (block.timestamp - getSnapshotTimestamp);
        uint256 ratio = uint256(getRatio);
        if (ratio > most) ratio = most;
        return int256((uint256(base) * ratio) / 1e18);
    }

    function decimals() external pure returns (uint8) {
        return 8;
    }
}
