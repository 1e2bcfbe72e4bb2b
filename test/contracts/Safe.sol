// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

contract Safe {
    address[] private owners;
    uint256 public getThreshold;

    function setup(address[] calldata who, uint256 threshold) external {
        (owners, getThreshold) = (who, threshold);
    }

    function getOwners() external view returns (address[] memory) {
        return owners;
    }
}
