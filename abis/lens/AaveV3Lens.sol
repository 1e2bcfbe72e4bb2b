// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {BoundedReader, Token} from "./BoundedReader.sol";

/// One reserve of the market. `configuration` is the pool's own bitmap (ReserveConfiguration).
/// Addresses in lists are bytes20: a reader would take a hash of each `address`, to write it with capitals.
struct ReserveSight {
    bytes20 underlying;
    uint256 id;
    uint256 configuration;
    uint256 supplyRate;
    uint256 borrowRate;
    /// Base currency units; 0: the oracle gives none (it reverted, or said 0).
    uint256 price;
    /// When the price source was last written, where it tells (`latestRoundData`); 0: it does not.
    uint256 priceUpdatedAt;
    /// The contract that the oracle takes the price from; 0: it does not tell.
    bytes20 priceSource;
    /// The highest price that the source can tell now, where it caps its price; 0: it does not, or does not say.
    uint256 priceCap;
    uint256 graceUntil;
    uint256 available;
    /// False: the token did not tell the pool's holdings, so `available` is no figure.
    bool availableKnown;
    /// The first 32 bytes of the symbol, whatever the token put there.
    bytes32 symbol;
}

/// How the variable borrow rate of a reserve that one of the wallets owes follows its use. Rays.
struct CurveSight {
    /// Index into the list of reserves.
    uint256 reserve;
    /// All variable and stable debt of the reserve, interest included; 0: a token did not tell.
    uint256 debt;
    /// The optimal use of the rate strategy, and the yearly rates at it and at 100 %; 0: the strategy did not tell.
    uint256 kink;
    uint256 rateAtKink;
    uint256 rateAtFull;
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

struct MarketSight {
    /// How many of the wallets, from the first on, `accounts` tells of: it ends early where the call's gas runs low.
    uint256 told;
    address pool;
    uint256 revision;
    address baseCurrency;
    uint256 baseUnit;
    /// What watches over a layer 2's sequencer (before v3.7). 0: nothing does; 1: it lets liquidations through; 2: it bars those of
    /// accounts whose health is 0.95 or more; 3: it gave no answer.
    uint256 sentinel;
    ReserveSight[] reserves;
    EModeSight[] eModes;
    CurveSight[] curves;
    /// One account after the other, packed: most figures of most wallets are 0 or short. A figure is a byte for its length and as
    /// many bytes of its value, the first not 0. An account is
    ///   a byte of flags: 1: the pool told configuration and e-mode; 2: `getUserAccountData` answered (a dead feed makes it revert),
    ///   figures: configuration, e-mode; where it answered, collateral and debt, and with a debt the health factor; native balance,
    ///   a byte that counts its balances, and each of those: a byte with the index into the reserves, in rising order,
    ///   a byte of flags: 1, 2, 4, 8: supplied, variable debt, stable debt, own balance of the underlying follow, as figures;
    ///   16: the position could not be read; 32: the own balance could not.
    bytes accounts;
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
    function RESERVE_INTEREST_RATE_STRATEGY() external view returns (address);
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

/// To v3.0.2 a strategy is one reserve's own; later it holds the figures of every reserve, in basis points.
interface Strategy {
    function OPTIMAL_USAGE_RATIO() external view returns (uint256);
    function getBaseVariableBorrowRate() external view returns (uint256);
    function getVariableRateSlope1() external view returns (uint256);
    function getVariableRateSlope2() external view returns (uint256);
    function getInterestRateDataBps(address reserve) external view returns (uint256[4] memory);
}

interface DebtToken {
    function totalSupply() external view returns (uint256);
}

interface Oracle {
    function BASE_CURRENCY() external view returns (address);
    function BASE_CURRENCY_UNIT() external view returns (uint256);
    function getAssetPrice(address asset) external view returns (uint256);
    function getSourceOfAsset(address asset) external view returns (address);
}

/// A price source that caps what it tells: a stablecoin's price at a fixed one, a staked coin's by how fast its ratio may grow.
interface CappedFeed {
    function getPriceCap() external view returns (int256);
    function getRatio() external view returns (int256);
    function getSnapshotRatio() external view returns (uint256);
    function getSnapshotTimestamp() external view returns (uint256);
    function getMaxRatioGrowthPerSecond() external view returns (uint256);
}

interface AToken {
    function scaledBalanceOf(address account) external view returns (uint256);
}

/// Reads an Aave v3 market (3.0 to 3.7) and what the given wallets hold and owe in it. Never deployed, never writes.
contract AaveV3Lens is BoundedReader {
    uint256 private constant POOL_GAS = 1_000_000;
    uint256 private constant ACCOUNT_GAS = 4_000_000;
    uint256 private constant MAX_RESERVES = 128;
    /// Of a wallet's configuration: every other bit, from the lowest, says that it borrows a reserve.
    uint256 private constant BORROWING = type(uint256).max / 3;

    /// Gas for giving back what is known: so much, for each reserve, and for each byte of the accounts.
    uint256 private constant KEEP = 50_000;
    uint256 private constant KEEP_RESERVE = 2_500;
    uint256 private constant KEEP_BYTE = 5;
    /// And for reading how the rate of a reserve follows its use.
    uint256 private constant KEEP_CURVE = 120_000;
    uint256 private constant CURVE_GAS = 250_000;
    uint256 private constant MAX_EMODES = 255;

    /// What the walk over the accounts needs of the market, one entry a reserve.
    struct Tokens {
        address[] aToken;
        address[] variableDebt;
        address[] stableDebt;
        /// 0: the token once failed to answer. It is not asked again, for it may burn all gas it is given each time.
        address[] underlying;
        /// The pool, where health counts the scaled debt at its index (before v3.3); else 0.
        address pool;
        address[] asset;
        /// Of those debts; 0: not read yet.
        uint256[] index;
        /// The last wallet's answers.
        uint256[] scaled;
        uint256[] own;
        /// E-modes that were read, by bit.
        uint256 eModes;
        /// The rate strategies of the reserves, where each has one of its own (before v3.4).
        address[] strategy;
        /// Reserves that the wallets told of owe, and those that the last one does, by their place in the list.
        uint256 owed;
        uint256 borrowed;
        /// Gas that no call to anybody else is given.
        uint256 keep;
    }

    function read(address provider, address[] calldata wallets) external view returns (MarketSight memory m) {
        if (provider.code.length == 0) revert Unreadable("code");
        m.pool = address(uint160(_must(provider, POOL_GAS, Provider.getPool.selector, 0, "getPool")));
        address oracle = address(uint160(_must(provider, POOL_GAS, Provider.getPriceOracle.selector, 0, "getPriceOracle")));
        m.revision = _must(m.pool, POOL_GAS, Pool.POOL_REVISION.selector, 0, "POOL_REVISION");
        m.baseCurrency = address(uint160(_must(oracle, PRICE_GAS, Oracle.BASE_CURRENCY.selector, 0, "BASE_CURRENCY")));
        m.baseUnit = _must(oracle, PRICE_GAS, Oracle.BASE_CURRENCY_UNIT.selector, 0, "BASE_CURRENCY_UNIT");
        Tokens memory t;
        (m.reserves, t) = _reserves(m.pool, oracle, m.revision);
        if (m.revision < 11) m.sentinel = _sentinel(provider);
        _accounts(m, t, oracle, wallets);
    }

    /// Only pools before v3.7 ask it, whatever the provider still names.
    function _sentinel(address provider) private view returns (uint256) {
        (bool ok, uint256 word) = _word(provider, POOL_GAS, Provider.getPriceOracleSentinel.selector, 0);
        if (ok && word == 0) return 0;
        if (ok) (ok, word) = _word(address(uint160(word)), PRICE_GAS, Provider.isLiquidationAllowed.selector, 0);
        return !ok ? 3 : word != 0 ? 1 : 2;
    }

    /// As many wallets as the gas is enough for.
    function _accounts(MarketSight memory m, Tokens memory t, address oracle, address[] calldata wallets) private view {
        EModeSight[] memory eModes = new EModeSight[](wallets.length < MAX_EMODES ? wallets.length : MAX_EMODES);
        bytes[] memory accounts = new bytes[](wallets.length);
        t.keep = KEEP + KEEP_RESERVE * m.reserves.length;
        t.eModes = 1;
        uint256 categories = 0;
        uint256 told = 0;
        uint256 size = 0;
        while (told < wallets.length) {
            address wallet = wallets[told];
            (bool known, uint256 eMode, bool low) = _word(m.pool, POOL_GAS, Pool.getUserEMode.selector, uint160(wallet), t.keep);
            if (known && !low && eMode <= MAX_EMODES && (t.eModes >> eMode) & 1 == 0) {
                // Those calls end the whole reading where the gas runs low.
                low = gasleft() < 2 * POOL_GAS;
                if (!low) {
                    t.eModes |= 1 << eMode;
                    eModes[categories++] = m.revision < 5 ? _eMode(m.pool, oracle, eMode) : _liquidEMode(m.pool, m.revision, eMode);
                }
            }
            if (!low) (accounts[told], low) = _account(m, t, wallet, known, eMode);
            if (low || !_keepCurves(t, told)) break;
            size += accounts[told].length;
            t.keep += KEEP_BYTE * (accounts[told++].length + 32);
        }
        if (told == 0 && wallets.length > 0) revert OutOfGas();
        m.told = told;
        m.accounts = _join(accounts, told, size);
        assembly {
            mstore(eModes, categories)
        }
        m.eModes = eModes;
        m.curves = _curves(m, t);
    }

    /// Sets gas aside for the rates of what the last wallet owes. False: there is not enough, and the wallet has to wait.
    function _keepCurves(Tokens memory t, uint256 told) private view returns (bool) {
        uint256 keep = t.keep + KEEP_CURVE * _count(t.borrowed & ~t.owed);
        if (told > 0 && gasleft() < keep) return false;
        t.keep = keep;
        t.owed |= t.borrowed;
        return true;
    }

    function _count(uint256 bits) private pure returns (uint256 count) {
        for (; bits != 0; bits &= bits - 1) count++;
    }

    function _curves(MarketSight memory m, Tokens memory t) private view returns (CurveSight[] memory curves) {
        uint256 count = _count(t.owed);
        curves = new CurveSight[](count);
        if (count == 0) return curves;
        t.keep -= KEEP_CURVE * count;
        address strategy;
        if (m.revision >= 8) {
            (, uint256 word, ) = _word(m.pool, CURVE_GAS, Pool.RESERVE_INTEREST_RATE_STRATEGY.selector, 0, t.keep);
            strategy = address(uint160(word));
        }
        count = 0;
        for (uint256 i = 0; t.owed >> i != 0; i++) {
            if ((t.owed >> i) & 1 == 0) continue;
            CurveSight memory c = curves[count++];
            c.reserve = i;
            c.debt = _totalDebt(t, i);
            if (m.revision < 4) _ownCurve(c, t.strategy[i], t.keep);
            // What had no virtual balance before v3.4 asked for the base rate, however much was borrowed.
            else if (m.revision >= 8 || (m.reserves[i].configuration >> 252) & 1 == 1) {
                _curve(c, m.revision >= 8 ? strategy : t.strategy[i], m.reserves[i].underlying, t.keep);
            }
        }
    }

    function _totalDebt(Tokens memory t, uint256 i) private view returns (uint256 debt) {
        (bool ok, uint256 word, ) = _word(t.variableDebt[i], CURVE_GAS, DebtToken.totalSupply.selector, 0, t.keep);
        if (!ok || word > type(uint128).max) return 0;
        debt = word;
        if (t.stableDebt[i] == address(0)) return debt;
        (ok, word, ) = _word(t.stableDebt[i], CURVE_GAS, DebtToken.totalSupply.selector, 0, t.keep);
        return ok && word <= type(uint128).max ? debt + word : 0;
    }

    function _ownCurve(CurveSight memory c, address strategy, uint256 keep) private view {
        bytes4[4] memory names = [
            Strategy.OPTIMAL_USAGE_RATIO.selector,
            Strategy.getBaseVariableBorrowRate.selector,
            Strategy.getVariableRateSlope1.selector,
            Strategy.getVariableRateSlope2.selector
        ];
        uint256[4] memory words;
        for (uint256 i = 0; i < 4; i++) {
            bool ok;
            (ok, words[i], ) = _word(strategy, CURVE_GAS, names[i], 0, keep);
            if (!ok) return;
        }
        _bend(c, words, 1);
    }

    function _curve(CurveSight memory c, address strategy, bytes20 asset, uint256 keep) private view {
        uint256[4] memory words;
        uint256 out;
        assembly {
            out := words
        }
        (bool ok, ) = _try(strategy, CURVE_GAS, Strategy.getInterestRateDataBps.selector, uint160(asset), out, 128, keep);
        if (ok) _bend(c, words, 1e23);
    }

    /// Optimal use, base rate and the two slopes, as the strategy holds them.
    function _bend(CurveSight memory c, uint256[4] memory words, uint256 unit) private pure {
        // What no strategy holds must not overflow here.
        if ((words[0] | words[1] | words[2] | words[3]) > type(uint128).max) return;
        c.kink = words[0] * unit;
        c.rateAtKink = (words[1] + words[2]) * unit;
        c.rateAtFull = c.rateAtKink + words[3] * unit;
    }

    function _reserves(
        address pool,
        address oracle,
        uint256 revision
    ) private view returns (ReserveSight[] memory reserves, Tokens memory t) {
        uint256[] memory list = _many(pool, POOL_GAS, Pool.getReservesList.selector, 0, MAX_RESERVES + 2);
        if (list.length < 2 || list[0] != 32 || list[1] > MAX_RESERVES || list.length < list[1] + 2) {
            revert Unreadable("getReservesList");
        }
        uint256 count = list[1];
        reserves = new ReserveSight[](count);
        (t.aToken, t.variableDebt, t.stableDebt) = (new address[](count), new address[](count), new address[](count));
        (t.underlying, t.scaled, t.own) = (new address[](count), new uint256[](count), new uint256[](count));
        if (revision < 8) t.strategy = new address[](count);
        if (revision < 7) (t.pool, t.asset, t.index) = (pool, new address[](count), new uint256[](count));
        for (uint256 i = 0; i < count; i++) {
            _reserve(pool, revision, list[i + 2], reserves[i], t, i);
            _price(oracle, list[i + 2], reserves[i]);
        }
    }

    function _reserve(
        address pool,
        uint256 revision,
        uint256 asset,
        ReserveSight memory r,
        Tokens memory t,
        uint256 i
    ) private view {
        // ReserveDataLegacy: its layout is the same from 3.0 to 3.7.
        uint256[] memory words = _many(pool, POOL_GAS, Pool.getReserveData.selector, asset, 15);
        if (words.length < 15) revert Unreadable("getReserveData");
        r.underlying = bytes20(uint160(asset));
        r.configuration = words[0];
        r.supplyRate = words[2];
        r.borrowRate = words[4];
        r.id = words[7];
        t.aToken[i] = address(uint160(words[8]));
        // Stable debt ended with revision 5; the dead field may still hold an address.
        if (revision < 5) t.stableDebt[i] = address(uint160(words[9]));
        t.variableDebt[i] = address(uint160(words[10]));
        t.underlying[i] = address(r.underlying);
        if (revision < 8) t.strategy[i] = address(uint160(words[11]));
        if (t.pool != address(0)) t.asset[i] = t.underlying[i];
        r.symbol = _symbol(t.underlying[i]);
        if (revision >= 4) r.graceUntil = _must(pool, POOL_GAS, Pool.getLiquidationGracePeriod.selector, asset, "getLiquidationGracePeriod");
        // Virtual accounting came with revision 4, for all reserves with revision 8.
        if (revision >= 8 || (revision >= 4 && (r.configuration >> 252) & 1 == 1)) {
            r.available = _must(pool, POOL_GAS, Pool.getVirtualUnderlyingBalance.selector, asset, "getVirtualUnderlyingBalance");
            r.availableKnown = true;
        } else {
            (r.availableKnown, r.available) = _word(t.underlying[i], TOKEN_GAS, Token.balanceOf.selector, uint160(t.aToken[i]));
            if (!r.availableKnown) t.underlying[i] = address(0);
        }
    }

    function _price(address oracle, uint256 asset, ReserveSight memory r) private view {
        bool ok;
        uint256 word;
        (ok, word) = _word(oracle, PRICE_GAS, Oracle.getAssetPrice.selector, asset);
        if (ok) r.price = word;
        (ok, word) = _word(oracle, PRICE_GAS, Oracle.getSourceOfAsset.selector, asset);
        if (!ok || word == 0) return;
        r.priceSource = bytes20(uint160(word));
        r.priceUpdatedAt = _updatedAt(address(uint160(word)));
        r.priceCap = _cap(address(uint160(word)), r.price);
    }

    function _cap(address feed, uint256 price) private view returns (uint256) {
        (bool ok, uint256 cap) = _word(feed, TOKEN_GAS, CappedFeed.getPriceCap.selector, 0);
        if (ok) return cap;
        uint256 ratio;
        (ok, ratio) = _word(feed, PRICE_GAS, CappedFeed.getRatio.selector, 0);
        if (!ok) return 0;
        uint256[3] memory terms;
        (ok, terms[0]) = _word(feed, TOKEN_GAS, CappedFeed.getSnapshotRatio.selector, 0);
        if (ok) (ok, terms[1]) = _word(feed, TOKEN_GAS, CappedFeed.getSnapshotTimestamp.selector, 0);
        if (ok) (ok, terms[2]) = _word(feed, TOKEN_GAS, CappedFeed.getMaxRatioGrowthPerSecond.selector, 0);
        if (!ok || terms[1] > block.timestamp || terms[0] > type(uint128).max || terms[2] > type(uint64).max) return 0;
        uint256 most = terms[0] + terms[2] * (block.timestamp - terms[1]);
        // The price is the base's times the ratio, cut to the most that it may be.
        if (ratio > most) ratio = most;
        return ratio == 0 || price > type(uint96).max ? 0 : (price * most) / ratio;
    }

    /// A wallet's account, packed; `low`: the gas was not enough for it, and nothing of it is told.
    function _account(
        MarketSight memory m,
        Tokens memory t,
        address wallet,
        bool known,
        uint256 eMode
    ) private view returns (bytes memory account, bool low) {
        bool ok;
        uint256 configuration;
        uint256[6] memory totals;
        (ok, configuration, low) = _word(m.pool, POOL_GAS, Pool.getUserConfiguration.selector, uint160(wallet), t.keep);
        if (low) return (account, true);
        known = known && ok;
        (uint256 seen, uint256 unread, uint256 notOwned, bool ranLow) = _sweep(t, wallet);
        if (ranLow) return (account, true);
        uint256 end;
        assembly {
            end := totals
        }
        (ok, low) = _try(m.pool, ACCOUNT_GAS, Pool.getUserAccountData.selector, uint160(wallet), end, 192, t.keep);
        if (low) return (account, true);
        assembly {
            account := mload(64)
            end := add(account, 33)
            mstore8(sub(end, 1), or(known, shl(1, ok)))
        }
        end = _put(_put(end, known ? configuration : 0), known ? eMode : 0);
        if (ok) {
            end = _put(_put(end, totals[0]), totals[1]);
            if (totals[1] != 0) end = _put(end, totals[5]);
        }
        end = _put(end, wallet.balance);
        t.borrowed = _borrowed(m, configuration);
        (end, low) = _balances(m, t, uint160(wallet), seen | t.borrowed, unread, notOwned, configuration, end);
        assembly {
            mstore(account, sub(end, add(account, 32)))
            mstore(64, and(add(end, 31), not(31)))
        }
    }

    /// Asks every reserve for the wallet's share of it and for its own balance: by far the most of all calls, so they are few
    /// instructions each. `seen`: reserves with anything to tell, by bit.
    function _sweep(
        Tokens memory t,
        address wallet
    ) private view returns (uint256 seen, uint256 unread, uint256 notOwned, bool low) {
        uint256 keep = t.keep;
        uint256 held;
        // The scaled balance costs a third of the balance, and is 0 for most of them.
        (seen, unread, low) = _each(t.aToken, t.scaled, AToken.scaledBalanceOf.selector, wallet, keep);
        if (low) return (0, 0, 0, true);
        (held, notOwned, low) = _each(t.underlying, t.own, Token.balanceOf.selector, wallet, keep);
        if (low) return (0, 0, 0, true);
        seen |= held | unread | notOwned;
        if (notOwned == 0) return (seen, unread, notOwned, false);
        for (uint256 i = 0; i < t.underlying.length; i++) if ((notOwned >> i) & 1 == 1) t.underlying[i] = address(0);
    }

    /// One word of each token for the wallet. Bits: which are not 0, and which did not answer, or are address 0.
    function _each(
        address[] memory tokens,
        uint256[] memory words,
        bytes4 selector,
        address wallet,
        uint256 keep
    ) private view returns (uint256 some, uint256 failed, bool low) {
        uint256 cap = TOKEN_GAS;
        uint256 enough = cap + cap / 32 + keep;
        assembly {
            mstore(0, selector)
            mstore(4, wallet)
            let last := add(tokens, shl(5, mload(tokens)))
            let bit := 1
            words := sub(words, tokens)
            for {

            } lt(tokens, last) {
                bit := add(bit, bit)
            } {
                tokens := add(tokens, 32)
                let given := cap
                if lt(gas(), enough) {
                    if lt(gas(), add(keep, 10000)) {
                        low := 1
                        break
                    }
                    given := sub(gas(), keep)
                }
                // The call first: arguments are worked out from the last on. An address without code answers with nothing.
                if iszero(and(gt(returndatasize(), 31), staticcall(given, mload(tokens), 0, 36, add(words, tokens), 32))) {
                    if and(lt(given, cap), iszero(iszero(mload(tokens)))) {
                        low := 1
                        break
                    }
                    mstore(add(words, tokens), 0)
                    failed := or(failed, bit)
                }
                if mload(add(words, tokens)) {
                    some := or(some, bit)
                }
            }
        }
    }

    /// Reserves that the wallet owes, by their place in the list.
    function _borrowed(MarketSight memory m, uint256 configuration) private pure returns (uint256 bits) {
        if (configuration & BORROWING == 0) return 0;
        for (uint256 i = 0; i < m.reserves.length; i++) if ((configuration >> (m.reserves[i].id * 2)) & 1 == 1) bits |= 1 << i;
    }

    /// Writes the balances of the reserves in `bits`. @return the place behind them
    function _balances(
        MarketSight memory m,
        Tokens memory t,
        uint256 wallet,
        uint256 bits,
        uint256 unread,
        uint256 notOwned,
        uint256 configuration,
        uint256 end
    ) private view returns (uint256, bool low) {
        uint256 counted = end++;
        uint256 count = 0;
        for (uint256 i = 0; bits >> i != 0; i++) {
            if ((bits >> i) & 1 == 0) continue;
            bool borrows = (configuration >> (m.reserves[i].id * 2)) & 1 == 1;
            uint256 failed = (((unread >> i) & 1) << 4) | (((notOwned >> i) & 1) << 5);
            (end, low) = _balance(t, i, wallet, borrows, failed, end);
            if (low) return (end, true);
            count++;
        }
        assembly {
            mstore8(counted, count)
        }
        return (end, false);
    }

    function _balance(
        Tokens memory t,
        uint256 i,
        uint256 wallet,
        bool borrows,
        uint256 flags,
        uint256 end
    ) private view returns (uint256, bool low) {
        bool ok = true;
        uint256 supplied;
        uint256 variableDebt;
        uint256 stableDebt;
        if (t.scaled[i] != 0) {
            (ok, supplied, low) = _word(t.aToken[i], POOL_GAS, Token.balanceOf.selector, wallet, t.keep);
            if (low) return (end, true);
            if (!ok) flags |= 16;
        }
        if (borrows) {
            (ok, variableDebt, low) = _debt(t, i, wallet);
            if (low) return (end, true);
            if (!ok) flags |= 16;
            if (t.stableDebt[i] != address(0)) {
                (ok, stableDebt, low) = _word(t.stableDebt[i], POOL_GAS, Token.balanceOf.selector, wallet, t.keep);
                if (low) return (end, true);
                if (!ok) flags |= 16;
            }
        }
        uint256 own = t.own[i];
        if (supplied != 0) flags |= 1;
        if (variableDebt != 0) flags |= 2;
        if (stableDebt != 0) flags |= 4;
        if (own != 0) flags |= 8;
        assembly {
            mstore8(end, i)
            mstore8(add(end, 1), flags)
        }
        end += 2;
        if (supplied != 0) end = _put(end, supplied);
        if (variableDebt != 0) end = _put(end, variableDebt);
        if (stableDebt != 0) end = _put(end, stableDebt);
        return (own != 0 ? _put(end, own) : end, false);
    }

    /// Before v3.3 health counts the scaled debt at the pool's index: of GHO that is more than the balance, from which the
    /// token takes a discount. rayMul, half up.
    function _debt(Tokens memory t, uint256 i, uint256 wallet) private view returns (bool ok, uint256 debt, bool low) {
        if (t.pool == address(0)) return _word(t.variableDebt[i], POOL_GAS, Token.balanceOf.selector, wallet, t.keep);
        uint256 index = t.index[i];
        if (index == 0) {
            (ok, index, low) = _word(t.pool, POOL_GAS, Pool.getReserveNormalizedVariableDebt.selector, uint160(t.asset[i]), t.keep);
            if (!ok) return (false, 0, low);
            t.index[i] = index;
        }
        (ok, debt, low) = _word(t.variableDebt[i], POOL_GAS, AToken.scaledBalanceOf.selector, wallet, t.keep);
        // What no pool writes must not overflow here: the reader refuses it.
        if (!ok || debt > type(uint128).max || index > type(uint120).max) return (false, 0, low);
        debt = (debt * index + 5e26) / 1e27;
    }

    /// Writes a figure: how many bytes it has, then these. @return the place behind it
    function _put(uint256 end, uint256 figure) private pure returns (uint256) {
        uint256 size;
        assembly {
            // The place of the highest byte that is not 0, by halves.
            size := shl(4, lt(0xffffffffffffffffffffffffffffffff, figure))
            size := or(size, shl(3, lt(0xffffffffffffffff, shr(shl(3, size), figure))))
            size := or(size, shl(2, lt(0xffffffff, shr(shl(3, size), figure))))
            size := or(size, shl(1, lt(0xffff, shr(shl(3, size), figure))))
            size := or(size, lt(0xff, shr(shl(3, size), figure)))
            size := add(size, iszero(iszero(figure)))
            mstore8(end, size)
            mstore(add(end, 1), shl(sub(256, shl(3, size)), figure))
        }
        unchecked {
            return end + 1 + size;
        }
    }

    function _join(bytes[] memory parts, uint256 count, uint256 size) private pure returns (bytes memory all) {
        // What a part's last word holds beyond its end is written over by the next one.
        all = new bytes(size + 32);
        uint256 end = 32;
        for (uint256 i = 0; i < count; i++) {
            bytes memory part = parts[i];
            assembly {
                for {
                    let j := 0
                } lt(j, mload(part)) {
                    j := add(j, 32)
                } {
                    mstore(add(add(all, end), j), mload(add(add(part, 32), j)))
                }
                end := add(end, mload(part))
            }
        }
        assembly {
            mstore(all, size)
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

    /// As the other, but never ends the reading. `low`: it failed and was given less than its cap, for the gas runs low.
    function _word(
        address to,
        uint256 cap,
        bytes4 selector,
        uint256 arg,
        uint256 keep
    ) private view returns (bool ok, uint256 word, bool low) {
        (ok, low) = _try(to, cap, selector, arg, 0, 32, keep);
        assembly {
            if ok {
                word := mload(0)
            }
        }
    }

    /// One call whose first `size` bytes are written to `out`.
    function _try(
        address to,
        uint256 cap,
        bytes4 selector,
        uint256 arg,
        uint256 out,
        uint256 size,
        uint256 keep
    ) private view returns (bool ok, bool low) {
        uint256 given = cap;
        if (gasleft() < cap + cap / 32 + keep) {
            if (gasleft() < keep + 10_000) return (false, true);
            given = gasleft() - keep;
        }
        assembly {
            mstore(0, selector)
            mstore(4, arg)
            ok := staticcall(given, to, 0, 36, out, size)
            if lt(returndatasize(), size) {
                ok := 0
            }
        }
        low = !ok && given < cap;
    }
}
