// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {BoundedReader, Feed} from "./BoundedReader.sol";

/// Asks the feed that tells of a rollup's sequencer. Never deployed, never writes.
contract SequencerLens is BoundedReader {
    /// @return answer 0: the sequencer is up; 1: it is down.
    /// @return startedAt Since when; 0: the feed was never told.
    function state(address feed) external view returns (uint256 answer, uint256 startedAt) {
        if (feed.code.length == 0) revert Unreadable("code");
        uint256[] memory round = _many(feed, TOKEN_GAS, Feed.latestRoundData.selector, 0, 5);
        if (round.length != 5) revert Unreadable("latestRoundData");
        return (round[1], round[2]);
    }
}
