// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

contract DsProxy {
    address public authority;
    address public owner;
    address public cache;

    function setOwner(address to) external {
        owner = to;
    }
}
