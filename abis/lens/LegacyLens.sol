// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {BoundedReader} from "./BoundedReader.sol";

/// Whether a wallet has anything left in an old market.
struct Leftover {
    /// False: the market did not tell, or not of all of it.
    bool ok;
    bool supplied;
    bool owed;
}

/// Aave v2 `LendingPool`.
interface PoolV2 {
    function getUserAccountData(address user) external view returns (uint256[6] memory);
}

/// Compound v2 `Comptroller` and `CToken`.
interface ComptrollerV2 {
    function getAssetsIn(address account) external view returns (address[] memory);
    function getAccountSnapshot(address account) external view returns (uint256, uint256, uint256, uint256);
}

/// Looks for what is left in Aave v2 and Compound v2: whether, not how much. Never deployed, never writes.
contract LegacyLens is BoundedReader {
    uint256 private constant MARKET_GAS = 3_000_000;
    /// More than Compound v2 ever listed.
    uint256 private constant MOST_ASSETS = 40;

    function pools(address pool, address[] calldata wallets) external view returns (Leftover[] memory left) {
        if (pool.code.length == 0) revert Unreadable("code");
        left = new Leftover[](wallets.length);
        for (uint256 i = 0; i < wallets.length; i++) {
            uint256[] memory words = _many(pool, MARKET_GAS, PoolV2.getUserAccountData.selector, uint160(wallets[i]), 6);
            if (words.length == 6) left[i] = Leftover(true, words[0] != 0, words[1] != 0);
        }
    }

    /// A loan needs collateral that was entered as such, so what is owed stands in a market that the wallet has entered.
    function comptrollers(address comptroller, address[] calldata wallets) external view returns (Leftover[] memory left) {
        if (comptroller.code.length == 0) revert Unreadable("code");
        left = new Leftover[](wallets.length);
        for (uint256 i = 0; i < wallets.length; i++) left[i] = _entered(comptroller, uint160(wallets[i]));
    }

    function _entered(address comptroller, uint256 wallet) private view returns (Leftover memory left) {
        uint256[] memory words = _many(comptroller, MARKET_GAS, ComptrollerV2.getAssetsIn.selector, wallet, 2 + MOST_ASSETS);
        if (words.length < 2 || words[0] != 32 || words.length != 2 + words[1]) return left;
        left.ok = true;
        for (uint256 k = 2; k < words.length; k++) {
            uint256[] memory held = _many(
                address(uint160(words[k])),
                MARKET_GAS,
                ComptrollerV2.getAccountSnapshot.selector,
                wallet,
                4
            );
            if (held.length != 4 || held[0] != 0) {
                left.ok = false;
                continue;
            }
            if (held[1] != 0) left.supplied = true;
            if (held[2] != 0) left.owed = true;
        }
    }
}
