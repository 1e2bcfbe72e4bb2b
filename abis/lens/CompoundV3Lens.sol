// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {BoundedReader, Feed, Token} from "./BoundedReader.sol";

/// The asset that is lent and borrowed. Rates: a second, not compounded; they and utilization: 1e18 is 100 %.
struct BaseSight {
    address token;
    uint256 scale;
    /// 8 decimals of the market's quote unit; 0: the feed gives none.
    uint256 price;
    /// When the feed was last written, where it tells; 0: it does not.
    uint256 priceUpdatedAt;
    address priceFeed;
    /// The first 32 bytes of what the feed says it is: `USDC / USD`.
    bytes32 feedName;
    uint256 utilization;
    uint256 supplyRate;
    uint256 borrowRate;
    /// The utilization from which on the borrow rate climbs steeply, and that rate there and at 100 %; asked only where a wallet owes.
    /// 0: not asked, or the market did not tell.
    uint256 kink;
    uint256 rateAtKink;
    uint256 rateAtFull;
    /// What of it lies in the market and can be withdrawn or borrowed.
    uint256 available;
    /// False: the token did not tell, so `available` is no figure.
    bool availableKnown;
    /// The first 32 bytes of the symbol, whatever the token put there.
    bytes32 symbol;
}

/// One collateral of the market. Factors: 1e18 is 100 %.
struct AssetSight {
    address token;
    uint256 scale;
    uint256 price;
    uint256 priceUpdatedAt;
    address priceFeed;
    uint256 borrowFactor;
    uint256 liquidateFactor;
    uint256 liquidationFactor;
    uint256 supplyCap;
    uint256 totalSupply;
    bytes32 symbol;
}

/// What one unit of the market's prices is worth, by a feed of its own.
struct QuoteSight {
    /// 0: the feed gives none, or there is no feed.
    uint256 price;
    uint256 decimals;
    uint256 priceUpdatedAt;
}

/// One wallet's figures of one collateral, where any is not 0 or could not be read.
struct BalanceSight {
    /// Index into the list of assets.
    uint256 asset;
    uint256 balance;
    /// The wallet's own balance of the token.
    uint256 own;
    /// Bit 0: the balance in the market could not be read. Bit 1: `own` could not.
    uint256 failed;
}

struct AccountSight {
    /// False: the market did not tell what the wallet supplies or owes of the base asset.
    bool ok;
    /// Of the base asset, interest accrued to this very block.
    uint256 supplied;
    uint256 debt;
    /// The market's own view, by the index it stored last. Asked only where something is owed.
    bool liquidatable;
    /// False: the view reverts, as it does when a price feed in use is dead.
    bool liquidatableOk;
    /// The wallet's own balance of the base asset.
    uint256 ownBase;
    bool ownBaseOk;
    uint256 native;
    BalanceSight[] balances;
}

struct MarketSight {
    bool supplyPaused;
    bool withdrawPaused;
    bool absorbPaused;
    BaseSight base;
    QuoteSight quote;
    AssetSight[] assets;
    AccountSight[] accounts;
}

/// Static results only by name: their words are read one by one.
interface Comet {
    function baseToken() external view returns (address);
    function baseScale() external view returns (uint256);
    function baseTokenPriceFeed() external view returns (address);
    function numAssets() external view returns (uint8);
    function getAssetInfo(uint8 i) external view returns (uint256[8] memory);
    function getPrice(address priceFeed) external view returns (uint256);
    function getUtilization() external view returns (uint256);
    function getSupplyRate(uint256 utilization) external view returns (uint64);
    function getBorrowRate(uint256 utilization) external view returns (uint64);
    function borrowKink() external view returns (uint256);
    function isSupplyPaused() external view returns (bool);
    function isWithdrawPaused() external view returns (bool);
    function isAbsorbPaused() external view returns (bool);
    function totalsCollateral(address asset) external view returns (uint128 totalSupplyAsset, uint128 reserved);
    function userCollateral(address account, address asset) external view returns (uint128 balance, uint128 reserved);
    function borrowBalanceOf(address account) external view returns (uint256);
    function isLiquidatable(address account) external view returns (bool);
}

interface Aggregator {
    function decimals() external view returns (uint8);
    function description() external view returns (string memory);
    function latestAnswer() external view returns (int256);
}

/// Reads a Compound III market and what the given wallets hold and owe in it. Never deployed, never writes.
contract CompoundV3Lens is BoundedReader {
    uint256 private constant COMET_GAS = 1_000_000;
    /// A view that walks all collaterals and asks all their feeds.
    uint256 private constant ACCOUNT_GAS = 4_000_000;
    /// The contract's own limit is 24.
    uint256 private constant MAX_ASSETS = 64;

    /// @param quoteFeed Tells USD of one unit of the market's prices; 0: they are in USD, or nobody tells.
    function read(
        address comet,
        address quoteFeed,
        address[] calldata wallets
    ) external view returns (MarketSight memory m) {
        if (comet.code.length == 0) revert Unreadable("code");
        m.supplyPaused = _must(comet, COMET_GAS, Comet.isSupplyPaused.selector, 0, "isSupplyPaused") != 0;
        m.withdrawPaused = _must(comet, COMET_GAS, Comet.isWithdrawPaused.selector, 0, "isWithdrawPaused") != 0;
        m.absorbPaused = _must(comet, COMET_GAS, Comet.isAbsorbPaused.selector, 0, "isAbsorbPaused") != 0;
        _base(comet, m.base);
        if (quoteFeed != address(0)) _quote(quoteFeed, m.quote);
        uint256 count = _must(comet, COMET_GAS, Comet.numAssets.selector, 0, "numAssets");
        if (count > MAX_ASSETS) revert Unreadable("numAssets");
        m.assets = new AssetSight[](count);
        for (uint256 i = 0; i < count; i++) _asset(comet, i, m.assets[i]);
        m.accounts = new AccountSight[](wallets.length);
        // The last place is the base asset's. A token that once failed is not asked again: it may burn all gas it is given.
        bool[] memory broken = new bool[](count + 1);
        BalanceSight[] memory scratch = new BalanceSight[](count);
        bool owed = false;
        for (uint256 i = 0; i < wallets.length; i++) {
            m.accounts[i] = _account(comet, m, broken, scratch, wallets[i]);
            owed = owed || m.accounts[i].debt != 0;
        }
        if (owed) _curve(comet, m.base);
    }

    /// All of it or nothing.
    function _curve(address comet, BaseSight memory b) private view {
        (bool ok, uint256 kink) = _word(comet, COMET_GAS, Comet.borrowKink.selector, 0);
        if (!ok) return;
        uint256 atKink;
        uint256 atFull;
        (ok, atKink) = _word(comet, COMET_GAS, Comet.getBorrowRate.selector, kink);
        if (ok) (ok, atFull) = _word(comet, COMET_GAS, Comet.getBorrowRate.selector, 1e18);
        if (ok) (b.kink, b.rateAtKink, b.rateAtFull) = (kink, atKink, atFull);
    }

    function _base(address comet, BaseSight memory b) private view {
        b.token = address(uint160(_must(comet, COMET_GAS, Comet.baseToken.selector, 0, "baseToken")));
        b.scale = _must(comet, COMET_GAS, Comet.baseScale.selector, 0, "baseScale");
        b.priceFeed = address(uint160(_must(comet, COMET_GAS, Comet.baseTokenPriceFeed.selector, 0, "baseTokenPriceFeed")));
        b.price = _price(comet, b.priceFeed);
        b.priceUpdatedAt = _updatedAt(b.priceFeed);
        b.feedName = _label(b.priceFeed, Aggregator.description.selector);
        b.utilization = _must(comet, COMET_GAS, Comet.getUtilization.selector, 0, "getUtilization");
        b.supplyRate = _must(comet, COMET_GAS, Comet.getSupplyRate.selector, b.utilization, "getSupplyRate");
        b.borrowRate = _must(comet, COMET_GAS, Comet.getBorrowRate.selector, b.utilization, "getBorrowRate");
        (b.availableKnown, b.available) = _word(b.token, TOKEN_GAS, Token.balanceOf.selector, uint160(comet));
        b.symbol = _symbol(b.token);
    }

    function _asset(address comet, uint256 i, AssetSight memory a) private view {
        // offset, asset, priceFeed, scale, borrowCollateralFactor, liquidateCollateralFactor, liquidationFactor, supplyCap
        uint256[] memory words = _many(comet, COMET_GAS, Comet.getAssetInfo.selector, i, 8);
        if (words.length < 8) revert Unreadable("getAssetInfo");
        a.token = address(uint160(words[1]));
        a.priceFeed = address(uint160(words[2]));
        a.scale = words[3];
        (a.borrowFactor, a.liquidateFactor, a.liquidationFactor, a.supplyCap) = (words[4], words[5], words[6], words[7]);
        a.price = _price(comet, a.priceFeed);
        a.priceUpdatedAt = _updatedAt(a.priceFeed);
        a.totalSupply = _must(comet, COMET_GAS, Comet.totalsCollateral.selector, words[1], "totalsCollateral");
        a.symbol = _symbol(a.token);
    }

    /// As the market itself takes it; 0 where it reverts.
    function _price(address comet, address feed) private view returns (uint256 price) {
        (, price) = _word(comet, PRICE_GAS, Comet.getPrice.selector, uint160(feed));
    }

    function _quote(address feed, QuoteSight memory q) private view {
        bool ok;
        (ok, q.decimals) = _word(feed, TOKEN_GAS, Aggregator.decimals.selector, 0);
        if (!ok) return;
        uint256[] memory round = _many(feed, PRICE_GAS, Feed.latestRoundData.selector, 0, 5);
        if (round.length == 5) (q.price, q.priceUpdatedAt) = (round[1], round[3]);
        // Adapters in front of a feed tell the price alone.
        else (, q.price) = _word(feed, PRICE_GAS, Aggregator.latestAnswer.selector, 0);
        if (int256(q.price) < 0) q.price = 0;
    }

    function _account(
        address comet,
        MarketSight memory m,
        bool[] memory broken,
        BalanceSight[] memory scratch,
        address wallet
    ) private view returns (AccountSight memory a) {
        uint256 word;
        bool ok;
        a.native = wallet.balance;
        (a.ok, a.debt) = _word(comet, COMET_GAS, Comet.borrowBalanceOf.selector, uint160(wallet));
        (ok, a.supplied) = _word(comet, COMET_GAS, Token.balanceOf.selector, uint160(wallet));
        a.ok = a.ok && ok;
        a.liquidatableOk = true;
        if (a.debt != 0) {
            (a.liquidatableOk, word) = _word(comet, ACCOUNT_GAS, Comet.isLiquidatable.selector, uint160(wallet));
            a.liquidatable = word != 0;
        }
        (a.ownBaseOk, a.ownBase) = _own(m.base.token, broken, m.assets.length, wallet);
        uint256 used = 0;
        for (uint256 i = 0; i < m.assets.length; i++) {
            BalanceSight memory b = scratch[used];
            (b.asset, b.failed) = (i, 0);
            // By index: a wallet's own flags leave out every asset from the 17th on.
            (ok, b.balance) = _collateral(comet, wallet, m.assets[i].token);
            if (!ok) b.failed = 1;
            (ok, b.own) = _own(m.assets[i].token, broken, i, wallet);
            if (!ok) b.failed |= 2;
            if (b.balance | b.own | b.failed != 0) used++;
        }
        a.balances = new BalanceSight[](used);
        for (uint256 i = 0; i < used; i++) {
            a.balances[i] = BalanceSight(scratch[i].asset, scratch[i].balance, scratch[i].own, scratch[i].failed);
        }
    }

    function _own(
        address token,
        bool[] memory broken,
        uint256 place,
        address wallet
    ) private view returns (bool ok, uint256 own) {
        if (broken[place]) return (false, 0);
        (ok, own) = _word(token, TOKEN_GAS, Token.balanceOf.selector, uint160(wallet));
        broken[place] = !ok;
    }

    /// The first word of `userCollateral`.
    function _collateral(address comet, address account, address asset) private view returns (bool ok, uint256 held) {
        _enough(COMET_GAS);
        bytes4 selector = Comet.userCollateral.selector;
        assembly {
            // Behind the end of used memory, which is left where it was.
            let input := mload(64)
            mstore(input, selector)
            mstore(add(input, 4), account)
            mstore(add(input, 36), asset)
            ok := staticcall(COMET_GAS, comet, input, 68, 0, 32)
            if lt(returndatasize(), 32) {
                ok := 0
            }
            if ok {
                held := mload(0)
            }
        }
    }
}
