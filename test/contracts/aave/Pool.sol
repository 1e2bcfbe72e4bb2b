// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Oracle, Provider, ScaledToken, Sentinel, StableDebt} from "MarketParts.sol";
import {Rounding} from "Rounding.sol";

struct Reserve {
    /// Bits as in the protocol's ReserveConfiguration.
    uint256 configuration;
    uint256 liquidityIndex;
    uint256 borrowIndex;
    uint256 supplyRate;
    uint256 borrowRate;
    address aToken;
    address stableDebt;
    address variableDebt;
    uint256 id;
    uint256 graceUntil;
    uint256 deficit;
    uint256 virtualBalance;
    /// The reserve's own before v3.4; from then on the pool has one for all.
    address strategy;
}

struct Category {
    uint256 ltv;
    uint256 liquidationThreshold;
    uint256 liquidationBonus;
    /// Before v3.2: an address that the oracle prices in place of the reserves; 0 for none.
    address priceSource;
    uint256 collateralBitmap;
    uint256 ltvzeroBitmap;
    bool isolated;
}

struct Holding {
    address asset;
    uint256 scaledSupply;
    uint256 scaledDebt;
    uint256 stableDebt;
    uint256 discountPercent;
    uint256 previousIndex;
}

/// An Aave v3 pool of any revision from 1 (v3.0) to 11 (v3.7): the views a reader asks, and liquidation, with the arithmetic that the
/// protocol documents for that revision. Indexes stand still, nobody pays and nobody is checked: state is put in place from outside.
contract Pool {
    using Rounding for uint256;

    error HealthFactorNotBelowThreshold();
    error ReserveInactive();
    error ReservePaused();
    error PriceOracleSentinelCheckFailed();
    error LiquidationGraceSentinelCheckFailed();
    error CollateralCannotBeLiquidated();
    error SpecifiedCurrencyNotBorrowedByUser();
    error MustNotLeaveDust();
    error InvalidBurnAmount();
    error SelfLiquidation();

    event LiquidationCall(
        address indexed collateralAsset,
        address indexed debtAsset,
        address indexed user,
        uint256 debtToCover,
        uint256 liquidatedCollateralAmount,
        address liquidator,
        bool receiveAToken
    );
    event DeficitCreated(address indexed user, address indexed debtAsset, uint256 amountCreated);

    uint256 private constant CLOSE_FACTOR_HEALTH = 0.95e18;
    uint256 private constant SMALL_POSITION = 2000e8;
    uint256 private constant SMALLEST_LEFTOVER = 1000e8;

    uint256 private immutable REVISION;
    Provider private immutable PROVIDER;
    address[] private list;
    mapping(address asset => Reserve) private reserves;
    mapping(uint256 id => Category) private categories;
    mapping(address user => uint256 bits) private configurations;
    mapping(address user => uint256 id) private modes;

    struct Totals {
        uint256 collateral;
        uint256 debt;
        uint256 ltv;
        uint256 threshold;
        uint256 health;
    }

    /// What a liquidation is about.
    struct Case {
        address user;
        uint256 collateralPrice;
        uint256 debtPrice;
        uint256 collateralUnit;
        uint256 debtUnit;
        uint256 held;
        uint256 owed;
        uint256 bonus;
    }

    constructor(uint256 revision, Provider provider) {
        (REVISION, PROVIDER) = (revision, provider);
    }

    /// A function that the revision does not have: the call reverts without a word, as a proxy's implementation does.
    modifier since(uint256 revision) {
        if (REVISION < revision) _absent();
        _;
    }

    modifier until(uint256 revision) {
        if (REVISION > revision) _absent();
        _;
    }

    function _absent() private pure {
        assembly {
            revert(0, 0)
        }
    }

    // What is put in place

    /// Address 0 leaves a gap in the list, as a dropped reserve does.
    function listReserve(address asset, Reserve calldata reserve) external {
        reserves[asset] = reserve;
        reserves[asset].id = list.length;
        list.push(asset);
    }

    function setConfiguration(address asset, uint256 configuration) external {
        reserves[asset].configuration = configuration;
    }

    function setGrace(address asset, uint256 until_) external {
        reserves[asset].graceUntil = until_;
    }

    function setCategory(uint256 id, Category calldata category) external {
        categories[id] = category;
    }

    function setUser(address user, uint256 bits, uint256 mode, Holding[] calldata holdings) external {
        (configurations[user], modes[user]) = (bits, mode);
        for (uint256 i = 0; i < holdings.length; i++) {
            Holding calldata h = holdings[i];
            Reserve storage reserve = reserves[h.asset];
            ScaledToken(reserve.aToken).place(user, h.scaledSupply, 0, 0);
            ScaledToken(reserve.variableDebt).place(user, h.scaledDebt, h.discountPercent, h.previousIndex);
            StableDebt(reserve.stableDebt).place(user, h.stableDebt);
        }
    }

    // Views of every revision

    function POOL_REVISION() external view returns (uint256) {
        return REVISION;
    }

    function getReservesList() external view returns (address[] memory listed) {
        listed = new address[](list.length);
        uint256 count = 0;
        for (uint256 i = 0; i < list.length; i++) if (list[i] != address(0)) listed[count++] = list[i];
        assembly {
            mstore(listed, count)
        }
    }

    /// The fifteen words of ReserveDataLegacy. From v3.2 on the stable debt token is a dead field that may still name one.
    function getReserveData(address asset) external view returns (uint256[15] memory words) {
        Reserve storage r = reserves[asset];
        words[0] = r.configuration;
        words[1] = r.liquidityIndex;
        words[2] = r.supplyRate;
        words[3] = r.borrowIndex;
        words[4] = r.borrowRate;
        words[6] = block.timestamp;
        words[7] = r.id;
        words[8] = uint160(r.aToken);
        words[9] = uint160(r.stableDebt);
        words[10] = uint160(r.variableDebt);
        if (REVISION < 8) words[11] = uint160(r.strategy);
    }

    function getReserveNormalizedIncome(address asset) external view returns (uint256) {
        return reserves[asset].liquidityIndex;
    }

    function getReserveNormalizedVariableDebt(address asset) external view returns (uint256) {
        return reserves[asset].borrowIndex;
    }

    function getUserConfiguration(address user) external view returns (uint256) {
        return configurations[user];
    }

    function getUserEMode(address user) external view returns (uint256) {
        return modes[user];
    }

    function getUserAccountData(address user) external view returns (uint256, uint256, uint256, uint256, uint256, uint256) {
        Totals memory t = _totals(user);
        uint256 power = REVISION < 9 ? t.collateral.half(t.ltv, Rounding.BPS) : t.collateral.down(t.ltv, Rounding.BPS);
        return (t.collateral, t.debt, power > t.debt ? power - t.debt : 0, t.threshold, t.ltv, t.health);
    }

    /// In all revisions; the price source is a dead field from v3.2 on.
    function getEModeCategoryData(uint8 id) external view returns (LegacyCategory memory) {
        Category storage c = categories[id];
        address source = REVISION < 5 ? c.priceSource : address(0);
        return LegacyCategory(uint16(c.ltv), uint16(c.liquidationThreshold), uint16(c.liquidationBonus), source, "mode");
    }

    struct LegacyCategory {
        uint16 ltv;
        uint16 liquidationThreshold;
        uint16 liquidationBonus;
        address priceSource;
        string label;
    }

    // Views that came later

    function getLiquidationGracePeriod(address asset) external view since(4) returns (uint40) {
        return uint40(reserves[asset].graceUntil);
    }

    function getVirtualUnderlyingBalance(address asset) external view since(4) returns (uint128) {
        return uint128(reserves[asset].virtualBalance);
    }

    function getEModeCategoryCollateralConfig(uint8 id) external view since(5) returns (uint16, uint16, uint16) {
        Category storage c = categories[id];
        return (uint16(c.ltv), uint16(c.liquidationThreshold), uint16(c.liquidationBonus));
    }

    function getEModeCategoryCollateralBitmap(uint8 id) external view since(5) returns (uint128) {
        return uint128(categories[id].collateralBitmap);
    }

    function RESERVE_INTEREST_RATE_STRATEGY() external view since(8) returns (address) {
        return reserves[list[0]].strategy;
    }

    function getReserveDeficit(address asset) external view since(7) returns (uint256) {
        return reserves[asset].deficit;
    }

    function getEModeCategoryLtvzeroBitmap(uint8 id) external view since(10) returns (uint128) {
        return uint128(categories[id].ltvzeroBitmap);
    }

    function getIsEModeCategoryIsolated(uint8 id) external view since(11) returns (bool) {
        return categories[id].isolated;
    }

    /// Stable borrowing ended with v3.2.
    function MAX_STABLE_RATE_BORROW_SIZE_PERCENT() external view until(4) returns (uint256) {
        return 2500;
    }

    // Health

    function _totals(address user) private view returns (Totals memory t) {
        uint256 bits = configurations[user];
        uint256 weighted = 0;
        uint256 weightedLtv = 0;
        for (uint256 i = 0; i < list.length; i++) {
            uint256 flags = (bits >> (i * 2)) & 3;
            if (flags == 0 || list[i] == address(0)) continue;
            Reserve storage r = reserves[list[i]];
            uint256 price = _price(user, list[i]);
            (uint256 ltv, uint256 threshold) = _terms(user, r);
            // Up to v3.5 a reserve without a threshold of its own is no collateral, whatever its category says.
            if (flags & 2 != 0 && (REVISION >= 10 || _own(r, 16) != 0)) {
                uint256 value = _supplied(user, r).down(price, _unit(r));
                t.collateral += value;
                weighted += value * threshold;
                weightedLtv += value * ltv;
            }
            if (flags & 1 != 0) {
                uint256 debt = _counted(user, r);
                t.debt += REVISION < 9 ? debt.down(price, _unit(r)) : debt.up(price, _unit(r));
            }
        }
        if (t.collateral != 0) (t.threshold, t.ltv) = (weighted / t.collateral, weightedLtv / t.collateral);
        if (t.debt == 0) t.health = type(uint256).max;
        else if (REVISION < 9) t.health = t.collateral.half(t.threshold, Rounding.BPS).half(Rounding.WAD, t.debt);
        else t.health = weighted.half(Rounding.WAD, t.debt) / Rounding.BPS;
    }

    /// Loan-to-value and liquidation threshold that hold for the user.
    function _terms(address user, Reserve storage r) private view returns (uint256 ltv, uint256 threshold) {
        Category storage c = categories[modes[user]];
        bool inside = _inside(user, r);
        threshold = inside ? c.liquidationThreshold : _own(r, 16);
        ltv = inside ? c.ltv : _own(r, 0);
        if (REVISION < 10) {
            if (_own(r, 0) == 0) ltv = 0;
        } else if (inside) {
            if ((c.ltvzeroBitmap >> r.id) & 1 == 1) ltv = 0;
        } else if (REVISION >= 11 && modes[user] != 0 && c.isolated) {
            ltv = 0;
        }
    }

    /// Whether the user's category takes the reserve as collateral.
    function _inside(address user, Reserve storage r) private view returns (bool) {
        if (modes[user] == 0) return false;
        if (REVISION < 5) return (r.configuration >> 168) & 0xff == modes[user];
        return (categories[modes[user]].collateralBitmap >> r.id) & 1 == 1;
    }

    function _price(address user, address asset) private view returns (uint256) {
        Oracle oracle = Oracle(PROVIDER.getPriceOracle());
        if (REVISION < 5 && _inside(user, reserves[asset])) {
            address source = categories[modes[user]].priceSource;
            uint256 price = source == address(0) ? 0 : oracle.getAssetPrice(source);
            if (price != 0) return price;
        }
        return oracle.getAssetPrice(asset);
    }

    function _supplied(address user, Reserve storage r) private view returns (uint256) {
        return ScaledToken(r.aToken).balanceOf(user);
    }

    /// The debt as health counts it: from the scaled balance, so that a GHO discount does not show. Only v3.3 asked the token
    /// where a reserve has no virtual balance.
    function _counted(address user, Reserve storage r) private view returns (uint256) {
        ScaledToken token = ScaledToken(r.variableDebt);
        if (REVISION == 7 && (r.configuration >> 252) & 1 == 0) return token.balanceOf(user);
        uint256 scaled = token.scaledBalanceOf(user);
        if (REVISION >= 9) return scaled.up(r.borrowIndex, Rounding.RAY);
        uint256 stable = REVISION < 5 ? StableDebt(r.stableDebt).balanceOf(user) : 0;
        return scaled.half(r.borrowIndex, Rounding.RAY) + stable;
    }

    function _own(Reserve storage r, uint256 bit) private view returns (uint256) {
        return (r.configuration >> bit) & 0xffff;
    }

    function _unit(Reserve storage r) private view returns (uint256) {
        return 10 ** ((r.configuration >> 48) & 0xff);
    }

    // Liquidation

    /// As in the protocol, and it says what it took: the debt repaid, and the collateral with the protocol's fee.
    function liquidationCall(
        address collateralAsset,
        address debtAsset,
        address user,
        uint256 debtToCover,
        bool receiveAToken
    ) external returns (uint256 repaid, uint256 seized) {
        Totals memory t = _totals(user);
        Reserve storage collateral = reserves[collateralAsset];
        Reserve storage debt = reserves[debtAsset];
        Case memory c = _case(user, collateralAsset, debtAsset);
        _validate(c, collateral, debt, t.health);
        uint256 most = _closable(c, t);
        (repaid, seized) = _sized(c, debtToCover < most ? debtToCover : most);
        uint256 fee = _fee(collateral, c.bonus, seized);
        if (REVISION >= 7 && repaid < c.owed && seized < c.held) {
            bool clean = _cost(c, c.owed - repaid) >= SMALLEST_LEFTOVER && _worth(c, c.held - seized) >= SMALLEST_LEFTOVER;
            _demand(clean, "103", MustNotLeaveDust.selector);
        }
        _settle(c, t, collateral, debt, debtAsset, repaid, seized, fee);
        emit LiquidationCall(collateralAsset, debtAsset, user, repaid, seized - fee, msg.sender, receiveAToken);
    }

    function _case(address user, address collateralAsset, address debtAsset) private view returns (Case memory c) {
        Reserve storage collateral = reserves[collateralAsset];
        Reserve storage debt = reserves[debtAsset];
        c.user = user;
        c.collateralPrice = _price(user, collateralAsset);
        c.debtPrice = _price(user, debtAsset);
        c.collateralUnit = _unit(collateral);
        c.debtUnit = _unit(debt);
        c.held = _supplied(user, collateral);
        c.bonus = _inside(user, collateral) ? categories[modes[user]].liquidationBonus : _own(collateral, 32);
        // Up to v3.3 the token says what is owed, a discount taken off.
        c.owed = REVISION < 8 ? ScaledToken(debt.variableDebt).balanceOf(user) : _counted(user, debt);
        if (REVISION < 5) c.owed += StableDebt(debt.stableDebt).balanceOf(user);
    }

    function _validate(Case memory c, Reserve storage collateral, Reserve storage debt, uint256 health) private view {
        if (REVISION >= 8) _demand(msg.sender != c.user, "", SelfLiquidation.selector);
        uint256 both = collateral.configuration & debt.configuration;
        uint256 either = collateral.configuration | debt.configuration;
        _demand((both >> 56) & 1 == 1, "27", ReserveInactive.selector);
        _demand((either >> 60) & 1 == 0, "29", ReservePaused.selector);
        if (REVISION < 11) {
            address sentinel = PROVIDER.getPriceOracleSentinel();
            bool allowed = sentinel == address(0) || health < CLOSE_FACTOR_HEALTH || Sentinel(sentinel).isLiquidationAllowed();
            _demand(allowed, "59", PriceOracleSentinelCheckFailed.selector);
        }
        if (REVISION >= 4) {
            bool over = collateral.graceUntil < block.timestamp && debt.graceUntil < block.timestamp;
            _demand(over, "97", LiquidationGraceSentinelCheckFailed.selector);
        }
        _demand(health < Rounding.WAD, "45", HealthFactorNotBelowThreshold.selector);
        bool backs = (configurations[c.user] >> (collateral.id * 2 + 1)) & 1 == 1;
        _demand(backs && (REVISION >= 10 || _own(collateral, 16) != 0), "46", CollateralCannotBeLiquidated.selector);
        _demand(c.owed != 0, "47", SpecifiedCurrencyNotBorrowedByUser.selector);
    }

    /// Up to v3.2 half of the debt in this asset while health is above 0.95; from v3.3 on half of the whole debt, and only of
    /// positions that are not small.
    function _closable(Case memory c, Totals memory t) private view returns (uint256) {
        bool healthy = t.health > CLOSE_FACTOR_HEALTH;
        if (REVISION < 7) return healthy ? c.owed.half(5000, Rounding.BPS) : c.owed;
        uint256 cost = _cost(c, c.owed);
        if (!healthy || _worth(c, c.held) < SMALL_POSITION || cost < SMALL_POSITION) return c.owed;
        uint256 most = t.debt.half(5000, Rounding.BPS);
        return cost > most ? (most * c.debtUnit) / c.debtPrice : c.owed;
    }

    function _sized(Case memory c, uint256 cover) private view returns (uint256 repaid, uint256 seized) {
        uint256 base = (c.debtPrice * cover * c.collateralUnit) / (c.collateralPrice * c.debtUnit);
        seized = REVISION < 11 ? base.half(c.bonus, Rounding.BPS) : base.down(c.bonus, Rounding.BPS);
        if (seized <= c.held) return (cover, seized);
        base = (c.collateralPrice * c.held * c.debtUnit) / (c.debtPrice * c.collateralUnit);
        return (REVISION < 9 ? base.half(Rounding.BPS, c.bonus) : base.up(Rounding.BPS, c.bonus), c.held);
    }

    /// The protocol's share of the bonus.
    function _fee(Reserve storage collateral, uint256 bonus, uint256 seized) private view returns (uint256) {
        uint256 share = (collateral.configuration >> 152) & 0xffff;
        if (REVISION < 11) return (seized - seized.half(Rounding.BPS, bonus)).half(share, Rounding.BPS);
        return (seized - seized.down(Rounding.BPS, bonus)).up(share, Rounding.BPS);
    }

    function _settle(
        Case memory c,
        Totals memory t,
        Reserve storage collateral,
        Reserve storage debt,
        address debtAsset,
        uint256 repaid,
        uint256 seized,
        uint256 fee
    ) private {
        ScaledToken token = ScaledToken(collateral.aToken);
        uint256 scaled = token.scaledBalanceOf(c.user);
        (uint256 burnt, uint256 sent) = (token.scaledOf(seized - fee), token.scaledOf(fee));
        if (burnt + sent > scaled) sent = scaled - burnt;
        bool ruined = REVISION >= 7 && _worth(c, seized) == t.collateral;
        bool emptied = seized == c.held;
        if (REVISION >= 11) {
            ruined = _worth(c, (burnt + sent).down(collateral.liquidityIndex, Rounding.RAY)) == t.collateral;
            emptied = burnt + sent == scaled || ruined;
        }
        if (emptied) configurations[c.user] &= ~(2 << (collateral.id * 2));
        _repay(c.user, debt, ruined ? c.owed : repaid, c.owed);
        if (ruined && c.owed > repaid) _lose(c.user, debt, debtAsset, c.owed - repaid);
        _demand(burnt != 0, "25", InvalidBurnAmount.selector);
        token.take(c.user, burnt + sent);
        if (ruined) _writeOff(c.user);
    }

    function _repay(address user, Reserve storage debt, uint256 repaid, uint256 owed) private {
        ScaledToken token = ScaledToken(debt.variableDebt);
        bool all = repaid == owed;
        uint256 variable_ = token.balanceOf(user);
        bool mixed = REVISION < 5 && repaid > variable_;
        // What the variable debt does not hold is stable debt.
        if (mixed) StableDebt(debt.stableDebt).take(user, repaid - variable_);
        if (!mixed || variable_ != 0) {
            uint256 scaled = token.scaledOf(mixed ? variable_ : repaid);
            _demand(scaled != 0, "25", InvalidBurnAmount.selector);
            bool none = token.take(user, scaled);
            if (REVISION >= 8) all = none;
        }
        if (all) _paid(user, debt);
    }

    function _paid(address user, Reserve storage debt) private {
        configurations[user] &= ~(1 << (debt.id * 2));
    }

    function _lose(address user, Reserve storage debt, address asset, uint256 amount) private {
        debt.deficit += amount;
        emit DeficitCreated(user, asset, amount);
    }

    /// From v3.3 on: debts without any collateral are taken off the user and become the reserve's deficit.
    function _writeOff(address user) private {
        for (uint256 i = 0; i < list.length; i++) {
            Reserve storage r = reserves[list[i]];
            if ((configurations[user] >> (i * 2)) & 1 == 0 || list[i] == address(0) || (r.configuration >> 56) & 1 == 0) continue;
            uint256 owed = ScaledToken(r.variableDebt).balanceOf(user);
            _lose(user, r, list[i], owed);
            ScaledToken(r.variableDebt).take(user, ScaledToken(r.variableDebt).scaledBalanceOf(user));
            _paid(user, r);
        }
    }

    function _worth(Case memory c, uint256 amount) private pure returns (uint256) {
        return amount.down(c.collateralPrice, c.collateralUnit);
    }

    function _cost(Case memory c, uint256 amount) private view returns (uint256) {
        return REVISION < 9 ? amount.down(c.debtPrice, c.debtUnit) : amount.up(c.debtPrice, c.debtUnit);
    }

    /// Reverts as the revision does: a number as text up to v3.3, an error with a name from v3.4 on.
    function _demand(bool holds, string memory code, bytes4 name) private view {
        if (holds) return;
        if (REVISION < 8) revert(code);
        assembly {
            mstore(0, name)
            revert(0, 4)
        }
    }
}
