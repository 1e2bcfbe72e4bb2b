// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

/// An old market of either kind, without state: what a wallet has stands in the last byte of its address.
/// 0 nothing, 1 a supply, 2 a loan, 3 cannot be told, 4 a market entered and left empty.
contract Legacy {
    function getUserAccountData(address user) external pure returns (uint256, uint256, uint256, uint256, uint256, uint256) {
        uint256 kind = uint160(user) & 0xff;
        require(kind != 3, "no price");
        return (kind == 1 || kind == 2 ? 5 ether : 0, kind == 2 ? 1 ether : 0, 0, 8000, 7500, kind == 2 ? 4 ether : type(uint256).max);
    }

    function getAssetsIn(address account) external view returns (address[] memory entered) {
        entered = new address[](uint160(account) & 0xff == 0 ? 0 : 2);
        for (uint256 i = 0; i < entered.length; i++) entered[i] = address(this);
    }

    /// error, balance, borrow balance, exchange rate
    function getAccountSnapshot(address account) external pure returns (uint256, uint256, uint256, uint256) {
        uint256 kind = uint160(account) & 0xff;
        return (kind == 3 ? 9 : 0, kind == 1 || kind == 2 ? 5e8 : 0, kind == 2 ? 1e8 : 0, 2e26);
    }
}
