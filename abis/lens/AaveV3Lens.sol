// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {BoundedReader, Token} from "./BoundedReader.sol";

/// One reserve of the market. `configuration` is the pool's own bitmap (ReserveConfiguration).
struct ReserveSight {
    address underlying;
    uint256 id;
    uint256 configuration;
    uint256 supplyRate;
    uint256 borrowRate;
    /// Base currency units; 0: the oracle gives none (it reverted, or said 0).
    uint256 price;
    /// When the price source was last written, where it tells (`latestRoundData`); 0: it does not.
    uint256 priceUpdatedAt;
    /// The contract that the oracle takes the price from; 0: it does not tell.
    address priceSource;
    uint256 graceUntil;
    uint256 available;
    /// False: the token did not tell the pool's holdings, so `available` is no figure.
    bool availableKnown;
    /// The first 32 bytes of the symbol, whatever the token put there.
    bytes32 symbol;
}

/// An e-mode category that one of the wallets is in.
struct EModeSight {
    uint256 id;
    uint256 ltv;
    uint256 liquidationThreshold;
    uint256 liquidationBonus;
    /// Liquid e-modes (v3.2 and later): reserves by bit. Before, the category stands in each reserve's configuration.
    uint256 collateralBitmap;
    uint256 ltvzeroBitmap;
    bool isolated;
    /// Price that replaces the reserves' own (before v3.2); 0: none.
    uint256 price;
}

/// One wallet's figures of one reserve, where any is not 0 or could not be read.
struct BalanceSight {
    /// Index into the list of reserves.
    uint256 reserve;
    uint256 supplied;
    uint256 variableDebt;
    uint256 stableDebt;
    /// The wallet's own balance of the underlying token.
    uint256 own;
    /// Bit 0: the position could not be read. Bit 1: `own` could not.
    uint256 failed;
}

struct AccountSight {
    /// False: the pool did not tell the wallet's configuration or e-mode.
    bool ok;
    /// False: `getUserAccountData` reverts, as it does when a price feed in use is dead.
    bool totalsOk;
    uint256 configuration;
    uint256 eMode;
    uint256 totalCollateral;
    uint256 totalDebt;
    uint256 healthFactor;
    uint256 native;
    BalanceSight[] balances;
}

struct MarketSight {
    address pool;
    uint256 revision;
    address baseCurrency;
    uint256 baseUnit;
    /// What watches over a layer 2's sequencer (before v3.7). 0: nothing does; 1: it lets liquidations through; 2: it bars those of
    /// accounts whose health is 0.95 or more; 3: it gave no answer.
    uint256 sentinel;
    ReserveSight[] reserves;
    EModeSight[] eModes;
    AccountSight[] accounts;
}

interface Provider {
    function getPool() external view returns (address);
    function getPriceOracle() external view returns (address);
    function getPriceOracleSentinel() external view returns (address);
    function isLiquidationAllowed() external view returns (bool);
}

/// Static results only by name: their words are read one by one, for the structs differ between versions.
interface Pool {
    function POOL_REVISION() external view returns (uint256);
    function getReservesList() external view returns (address[] memory);
    function getReserveData(address asset) external view returns (uint256[15] memory);
    function getLiquidationGracePeriod(address asset) external view returns (uint40);
    function getVirtualUnderlyingBalance(address asset) external view returns (uint128);
    function getReserveNormalizedVariableDebt(address asset) external view returns (uint256);
    function getUserConfiguration(address user) external view returns (uint256);
    function getUserEMode(address user) external view returns (uint256);
    function getUserAccountData(address user) external view returns (uint256[6] memory);
    function getEModeCategoryData(uint8 id) external view returns (bytes memory);
    function getEModeCategoryCollateralConfig(uint8 id) external view returns (uint256[3] memory);
    function getEModeCategoryCollateralBitmap(uint8 id) external view returns (uint128);
    function getEModeCategoryLtvzeroBitmap(uint8 id) external view returns (uint128);
    function getIsEModeCategoryIsolated(uint8 id) external view returns (bool);
}

interface Oracle {
    function BASE_CURRENCY() external view returns (address);
    function BASE_CURRENCY_UNIT() external view returns (uint256);
    function getAssetPrice(address asset) external view returns (uint256);
    function getSourceOfAsset(address asset) external view returns (address);
}

interface AToken {
    function scaledBalanceOf(address account) external view returns (uint256);
}

/// Reads an Aave v3 market (3.0 to 3.7) and what the given wallets hold and owe in it. Never deployed, never writes.
contract AaveV3Lens is BoundedReader {
    uint256 private constant POOL_GAS = 1_000_000;
    uint256 private constant ACCOUNT_GAS = 4_000_000;
    uint256 private constant MAX_RESERVES = 128;

    /// The token addresses of a reserve, needed here only.
    struct Tokens {
        address aToken;
        address variableDebt;
        address stableDebt;
        /// The underlying once failed to answer: not asked again, for it may burn all gas it is given each time.
        bool broken;
    }

    function read(address provider, address[] calldata wallets) external view returns (MarketSight memory m) {
        if (provider.code.length == 0) revert Unreadable("code");
        m.pool = address(uint160(_must(provider, POOL_GAS, Provider.getPool.selector, 0, "getPool")));
        address oracle = address(uint160(_must(provider, POOL_GAS, Provider.getPriceOracle.selector, 0, "getPriceOracle")));
        m.revision = _must(m.pool, POOL_GAS, Pool.POOL_REVISION.selector, 0, "POOL_REVISION");
        m.baseCurrency = address(uint160(_must(oracle, PRICE_GAS, Oracle.BASE_CURRENCY.selector, 0, "BASE_CURRENCY")));
        m.baseUnit = _must(oracle, PRICE_GAS, Oracle.BASE_CURRENCY_UNIT.selector, 0, "BASE_CURRENCY_UNIT");
        if (m.revision < 11) m.sentinel = _sentinel(provider);
        Tokens[] memory tokens;
        (m.reserves, tokens) = _reserves(m.pool, oracle, m.revision);
        m.accounts = new AccountSight[](wallets.length);
        BalanceSight[] memory scratch = new BalanceSight[](m.reserves.length);
        for (uint256 i = 0; i < wallets.length; i++) m.accounts[i] = _account(m, tokens, scratch, wallets[i]);
        m.eModes = _eModes(m, oracle);
    }

    /// Only pools before v3.7 ask it, whatever the provider still names.
    function _sentinel(address provider) private view returns (uint256) {
        (bool ok, uint256 word) = _word(provider, POOL_GAS, Provider.getPriceOracleSentinel.selector, 0);
        if (ok && word == 0) return 0;
        if (ok) (ok, word) = _word(address(uint160(word)), PRICE_GAS, Provider.isLiquidationAllowed.selector, 0);
        return !ok ? 3 : word != 0 ? 1 : 2;
    }

    function _reserves(
        address pool,
        address oracle,
        uint256 revision
    ) private view returns (ReserveSight[] memory reserves, Tokens[] memory tokens) {
        uint256[] memory list = _many(pool, POOL_GAS, Pool.getReservesList.selector, 0, MAX_RESERVES + 2);
        if (list.length < 2 || list[0] != 32 || list[1] > MAX_RESERVES || list.length < list[1] + 2) {
            revert Unreadable("getReservesList");
        }
        reserves = new ReserveSight[](list[1]);
        tokens = new Tokens[](list[1]);
        for (uint256 i = 0; i < reserves.length; i++) {
            _reserve(pool, revision, list[i + 2], reserves[i], tokens[i]);
            _price(oracle, list[i + 2], reserves[i]);
        }
    }

    function _reserve(
        address pool,
        uint256 revision,
        uint256 asset,
        ReserveSight memory r,
        Tokens memory t
    ) private view {
        // ReserveDataLegacy: its layout is the same from 3.0 to 3.7.
        uint256[] memory words = _many(pool, POOL_GAS, Pool.getReserveData.selector, asset, 15);
        if (words.length < 15) revert Unreadable("getReserveData");
        r.underlying = address(uint160(asset));
        r.configuration = words[0];
        r.supplyRate = words[2];
        r.borrowRate = words[4];
        r.id = words[7];
        t.aToken = address(uint160(words[8]));
        // Stable debt ended with revision 5; the dead field may still hold an address.
        if (revision < 5) t.stableDebt = address(uint160(words[9]));
        t.variableDebt = address(uint160(words[10]));
        r.symbol = _symbol(r.underlying);
        if (revision >= 4) r.graceUntil = _must(pool, POOL_GAS, Pool.getLiquidationGracePeriod.selector, asset, "getLiquidationGracePeriod");
        // Virtual accounting came with revision 4, for all reserves with revision 8.
        if (revision >= 8 || (revision >= 4 && (r.configuration >> 252) & 1 == 1)) {
            r.available = _must(pool, POOL_GAS, Pool.getVirtualUnderlyingBalance.selector, asset, "getVirtualUnderlyingBalance");
            r.availableKnown = true;
        } else {
            (r.availableKnown, r.available) = _word(r.underlying, TOKEN_GAS, Token.balanceOf.selector, uint160(t.aToken));
            t.broken = !r.availableKnown;
        }
    }

    function _price(address oracle, uint256 asset, ReserveSight memory r) private view {
        bool ok;
        uint256 word;
        (ok, word) = _word(oracle, PRICE_GAS, Oracle.getAssetPrice.selector, asset);
        if (ok) r.price = word;
        (ok, word) = _word(oracle, PRICE_GAS, Oracle.getSourceOfAsset.selector, asset);
        if (!ok || word == 0) return;
        r.priceSource = address(uint160(word));
        r.priceUpdatedAt = _updatedAt(r.priceSource);
    }

    function _account(
        MarketSight memory m,
        Tokens[] memory tokens,
        BalanceSight[] memory scratch,
        address wallet
    ) private view returns (AccountSight memory a) {
        bool eModeOk;
        uint256 arg = uint160(wallet);
        a.native = wallet.balance;
        (a.ok, a.configuration) = _word(m.pool, POOL_GAS, Pool.getUserConfiguration.selector, arg);
        (eModeOk, a.eMode) = _word(m.pool, POOL_GAS, Pool.getUserEMode.selector, arg);
        a.ok = a.ok && eModeOk;
        uint256[] memory totals = _many(m.pool, ACCOUNT_GAS, Pool.getUserAccountData.selector, arg, 6);
        if (totals.length == 6) {
            a.totalsOk = true;
            (a.totalCollateral, a.totalDebt, a.healthFactor) = (totals[0], totals[1], totals[5]);
        }
        uint256 used = 0;
        for (uint256 i = 0; i < tokens.length; i++) {
            bool borrows = (a.configuration >> (m.reserves[i].id * 2)) & 1 == 1;
            if (_balance(m, m.reserves[i].underlying, tokens[i], borrows, arg, scratch[used])) {
                scratch[used].reserve = i;
                used++;
            }
        }
        a.balances = new BalanceSight[](used);
        for (uint256 i = 0; i < used; i++) {
            BalanceSight memory s = scratch[i];
            a.balances[i] = BalanceSight(s.reserve, s.supplied, s.variableDebt, s.stableDebt, s.own, s.failed);
        }
    }

    /// Fills `b`; true if there is anything to tell.
    function _balance(
        MarketSight memory m,
        address underlying,
        Tokens memory t,
        bool borrows,
        uint256 wallet,
        BalanceSight memory b
    ) private view returns (bool) {
        bool ok;
        (b.supplied, b.variableDebt, b.stableDebt, b.own, b.failed) = (0, 0, 0, 0, 0);
        // The scaled balance costs a third of the balance and is 0 for the most of them.
        (ok, b.supplied) = _word(t.aToken, TOKEN_GAS, AToken.scaledBalanceOf.selector, wallet);
        if (!ok) b.failed = 1;
        else if (b.supplied != 0) {
            (ok, b.supplied) = _word(t.aToken, POOL_GAS, Token.balanceOf.selector, wallet);
            if (!ok) b.failed = 1;
        }
        if (borrows) {
            (ok, b.variableDebt) = m.revision < 7
                ? _scaledDebt(m.pool, underlying, t.variableDebt, wallet)
                : _word(t.variableDebt, POOL_GAS, Token.balanceOf.selector, wallet);
            if (!ok) b.failed = 1;
            if (t.stableDebt != address(0)) {
                (ok, b.stableDebt) = _word(t.stableDebt, POOL_GAS, Token.balanceOf.selector, wallet);
                if (!ok) b.failed = 1;
            }
        }
        if (!t.broken) {
            (ok, b.own) = _word(underlying, TOKEN_GAS, Token.balanceOf.selector, wallet);
            t.broken = !ok;
        }
        if (t.broken) b.failed |= 2;
        return b.supplied | b.variableDebt | b.stableDebt | b.own | b.failed != 0;
    }

    /// Before v3.3 health counts the scaled debt at the pool's index: of GHO that is more than the balance, from which the
    /// token takes a discount. rayMul, half up.
    function _scaledDebt(address pool, address underlying, address token, uint256 wallet) private view returns (bool, uint256) {
        (bool known, uint256 index) = _word(pool, POOL_GAS, Pool.getReserveNormalizedVariableDebt.selector, uint160(underlying));
        (bool ok, uint256 scaled) = _word(token, POOL_GAS, AToken.scaledBalanceOf.selector, wallet);
        // What no pool writes must not overflow here: the reader refuses it.
        if (!known || !ok || scaled > type(uint128).max || index > type(uint120).max) return (false, 0);
        return (true, (scaled * index + 5e26) / 1e27);
    }

    function _eModes(MarketSight memory m, address oracle) private view returns (EModeSight[] memory eModes) {
        eModes = new EModeSight[](m.accounts.length);
        uint256 seen = 1;
        uint256 count = 0;
        for (uint256 i = 0; i < m.accounts.length; i++) {
            uint256 id = m.accounts[i].eMode;
            if (id > 255 || (seen >> id) & 1 == 1) continue;
            seen |= 1 << id;
            eModes[count++] = m.revision < 5 ? _eMode(m.pool, oracle, id) : _liquidEMode(m.pool, m.revision, id);
        }
        assembly {
            mstore(eModes, count)
        }
    }

    /// Before v3.2: a reserve belongs to one category, and the category may have a price source of its own.
    function _eMode(address pool, address oracle, uint256 id) private view returns (EModeSight memory e) {
        uint256[] memory words = _many(pool, POOL_GAS, Pool.getEModeCategoryData.selector, id, 5);
        if (words.length < 5) revert Unreadable("getEModeCategoryData");
        e.id = id;
        (e.ltv, e.liquidationThreshold, e.liquidationBonus) = (words[1], words[2], words[3]);
        // A source whose price is 0 is passed over by the pool as well; one that reverts fails getUserAccountData.
        if (words[4] != 0) (, e.price) = _word(oracle, PRICE_GAS, Oracle.getAssetPrice.selector, words[4]);
    }

    /// v3.2 and later: a category lists its reserves in bitmaps.
    function _liquidEMode(address pool, uint256 revision, uint256 id) private view returns (EModeSight memory e) {
        uint256[] memory words = _many(pool, POOL_GAS, Pool.getEModeCategoryCollateralConfig.selector, id, 3);
        if (words.length < 3) revert Unreadable("getEModeCategoryCollateralConfig");
        e.id = id;
        (e.ltv, e.liquidationThreshold, e.liquidationBonus) = (words[0], words[1], words[2]);
        e.collateralBitmap = _must(pool, POOL_GAS, Pool.getEModeCategoryCollateralBitmap.selector, id, "getEModeCategoryCollateralBitmap");
        if (revision >= 10) e.ltvzeroBitmap = _must(pool, POOL_GAS, Pool.getEModeCategoryLtvzeroBitmap.selector, id, "getEModeCategoryLtvzeroBitmap");
        if (revision >= 11) e.isolated = _must(pool, POOL_GAS, Pool.getIsEModeCategoryIsolated.selector, id, "getIsEModeCategoryIsolated") != 0;
    }
}
