// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

struct Call {
    address target;
    bool allowFailure;
    bytes callData;
}

struct Result {
    bool success;
    bytes returnData;
}

/// `aggregate3` as the multicall contracts of public chains have it.
contract Multicall {
    function aggregate3(Call[] calldata calls) external payable returns (Result[] memory results) {
        results = new Result[](calls.length);
        for (uint256 i = 0; i < calls.length; i++) {
            (results[i].success, results[i].returnData) = calls[i].target.call(calls[i].callData);
            require(calls[i].allowFailure || results[i].success, "failed");
        }
    }
}
