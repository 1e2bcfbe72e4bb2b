// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

/// Gives every question on to another contract, and its answer back.
contract Forwarder {
    address private target;

    function toward(address other) external {
        target = other;
    }

    fallback() external {
        (bool ok, bytes memory answer) = target.staticcall(msg.data);
        assembly {
            switch ok
            case 0 {
                revert(add(answer, 32), mload(answer))
            }
            default {
                return(add(answer, 32), mload(answer))
            }
        }
    }
}
