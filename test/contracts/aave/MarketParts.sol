// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Rounding} from "Rounding.sol";

/// A price feed that answers what it is told. Its answer stands in slot 0, so a call can override it.
contract Feed {
    int256 public latestAnswer;
    uint256 public updatedAt;

    constructor(int256 answer, uint256 writtenAt) {
        (latestAnswer, updatedAt) = (answer, writtenAt);
    }

    function latestRoundData() external view returns (uint80, int256, uint256, uint256, uint80) {
        return (1, latestAnswer, updatedAt, updatedAt, 1);
    }
}

/// An oracle in US dollars with 8 decimals and no fallback: what has no price above 0 reverts.
contract Oracle {
    address public constant BASE_CURRENCY = address(0);
    uint256 public constant BASE_CURRENCY_UNIT = 1e8;
    mapping(address asset => address feed) public getSourceOfAsset;

    constructor(address[] memory assets, address[] memory feeds) {
        for (uint256 i = 0; i < assets.length; i++) getSourceOfAsset[assets[i]] = feeds[i];
    }

    function getAssetPrice(address asset) external view returns (uint256) {
        int256 answer = Feed(getSourceOfAsset[asset]).latestAnswer();
        require(answer > 0);
        return uint256(answer);
    }
}

/// Says whether liquidations are let through after the sequencer of a layer 2 was down.
contract Sentinel {
    bool public isLiquidationAllowed = true;

    function set(bool allowed) external {
        isLiquidationAllowed = allowed;
    }
}

/// The one address by which a market is known.
contract Provider {
    address public getPool;
    address public getPriceOracle;
    address public getPriceOracleSentinel;

    constructor(address oracle) {
        getPriceOracle = oracle;
    }

    function setPool(address pool) external {
        getPool = pool;
    }

    function setPriceOracleSentinel(address sentinel) external {
        getPriceOracleSentinel = sentinel;
    }
}

/// An ordinary token; whoever wants some gets some.
contract Token {
    string public symbol;
    uint8 public decimals;
    mapping(address owner => uint256) public balanceOf;

    constructor(string memory symbol_, uint8 decimals_) {
        (symbol, decimals) = (symbol_, decimals_);
    }

    function give(address owner, uint256 amount) external {
        balanceOf[owner] += amount;
    }
}

interface Indexes {
    function getReserveNormalizedIncome(address asset) external view returns (uint256);
    function getReserveNormalizedVariableDebt(address asset) external view returns (uint256);
}

/// A supply (aToken) or a variable debt: balances are kept scaled, and told at the pool's index.
/// Up to revision 8 every step rounds half up; from 9 (v3.5) on a supply rounds down and a debt up.
contract ScaledToken {
    using Rounding for uint256;

    address private immutable POOL;
    address private immutable ASSET;
    bool private immutable OWED;
    bool private immutable DIRECTED;
    mapping(address owner => uint256) public scaledBalanceOf;
    uint256 private scaledTotal;
    /// Share of the interest since `previousIndex` that the holder is spared, basis points: the GHO of before v3.4.
    mapping(address owner => uint256) public discountPercent;
    mapping(address owner => uint256) public previousIndex;

    constructor(address pool, address asset, bool owed, uint256 revision) {
        (POOL, ASSET, OWED, DIRECTED) = (pool, asset, owed, revision >= 9);
    }

    function balanceOf(address owner) external view returns (uint256 balance) {
        uint256 scaled = scaledBalanceOf[owner];
        uint256 index = _index();
        if (DIRECTED) return OWED ? scaled.up(index, Rounding.RAY) : scaled.down(index, Rounding.RAY);
        balance = scaled.half(index, Rounding.RAY);
        if (discountPercent[owner] == 0) return balance;
        uint256 increase = balance - scaled.half(previousIndex[owner], Rounding.RAY);
        balance -= increase.half(discountPercent[owner], Rounding.BPS);
    }

    /// The scaled amount that goes when so much is burnt or sent away.
    function scaledOf(uint256 amount) public view returns (uint256) {
        uint256 index = _index();
        if (DIRECTED) return OWED ? amount.down(Rounding.RAY, index) : amount.up(Rounding.RAY, index);
        return amount.half(Rounding.RAY, index);
    }

    function totalSupply() external view returns (uint256) {
        if (DIRECTED) return OWED ? scaledTotal.up(_index(), Rounding.RAY) : scaledTotal.down(_index(), Rounding.RAY);
        return scaledTotal.half(_index(), Rounding.RAY);
    }

    function place(address owner, uint256 scaled, uint256 discount, uint256 previous) external {
        scaledTotal = scaledTotal + scaled - scaledBalanceOf[owner];
        (scaledBalanceOf[owner], discountPercent[owner], previousIndex[owner]) = (scaled, discount, previous);
    }

    /// Returns whether nothing is left.
    function take(address owner, uint256 scaled) external returns (bool) {
        require(msg.sender == POOL);
        scaledBalanceOf[owner] -= scaled;
        scaledTotal -= scaled;
        return scaledBalanceOf[owner] == 0;
    }

    function _index() private view returns (uint256) {
        return OWED ? Indexes(POOL).getReserveNormalizedVariableDebt(ASSET) : Indexes(POOL).getReserveNormalizedIncome(ASSET);
    }
}

/// A stable debt as it was before v3.2: its holder's own rate, here a balance that stands still.
contract StableDebt {
    mapping(address owner => uint256) public balanceOf;
    uint256 public totalSupply;

    function place(address owner, uint256 amount) external {
        totalSupply = totalSupply + amount - balanceOf[owner];
        balanceOf[owner] = amount;
    }

    function take(address owner, uint256 amount) external {
        totalSupply -= amount;
        balanceOf[owner] -= amount;
    }
}

/// How the variable rate follows use, as the protocol documents it: the base, the first slope up to the optimal use, and beyond it
/// the second one by what is left. Rays.
library Bend {
    using Rounding for uint256;

    /// @param rates Optimal use, base, slopes.
    function rateAt(uint256[4] memory rates, uint256 debt, uint256 available) internal pure returns (uint256) {
        if (debt == 0) return rates[1];
        uint256 used = debt.half(Rounding.RAY, debt + available);
        if (used <= rates[0]) return rates[1] + rates[2].half(used, Rounding.RAY).half(Rounding.RAY, rates[0]);
        uint256 beyond = (used - rates[0]).half(Rounding.RAY, Rounding.RAY - rates[0]);
        return rates[1] + rates[2] + rates[3].half(beyond, Rounding.RAY);
    }
}

/// The rate strategy of one reserve, as it was before v3.1.
contract OwnStrategy {
    uint256 public immutable OPTIMAL_USAGE_RATIO;
    uint256 public immutable getBaseVariableBorrowRate;
    uint256 public immutable getVariableRateSlope1;
    uint256 public immutable getVariableRateSlope2;

    constructor(uint256[4] memory bps) {
        (OPTIMAL_USAGE_RATIO, getBaseVariableBorrowRate) = (bps[0] * 1e23, bps[1] * 1e23);
        (getVariableRateSlope1, getVariableRateSlope2) = (bps[2] * 1e23, bps[3] * 1e23);
    }

    function rateAt(address, uint256 debt, uint256 available) external view returns (uint256) {
        uint256[4] memory rates =
            [OPTIMAL_USAGE_RATIO, getBaseVariableBorrowRate, getVariableRateSlope1, getVariableRateSlope2];
        return Bend.rateAt(rates, debt, available);
    }
}

/// One rate strategy for many reserves, as it is from v3.1 on; in basis points.
contract SharedStrategy {
    mapping(address asset => uint256[4]) private bps;

    function set(address asset, uint256[4] calldata rates) external {
        bps[asset] = rates;
    }

    function getInterestRateDataBps(address asset) external view returns (uint256[4] memory) {
        return bps[asset];
    }

    function rateAt(address asset, uint256 debt, uint256 available) external view returns (uint256) {
        uint256[4] memory rates = bps[asset];
        for (uint256 i = 0; i < 4; i++) rates[i] *= 1e23;
        return Bend.rateAt(rates, debt, available);
    }
}
