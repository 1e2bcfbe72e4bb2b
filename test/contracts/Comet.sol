// SPDX-License-Identifier: MIT
pragma solidity ^0.8.20;

interface Erc20 {
    function decimals() external view returns (uint8);
    function balanceOf(address account) external view returns (uint256);
    function transfer(address to, uint256 amount) external returns (bool);
    function transferFrom(address from, address to, uint256 amount) external returns (bool);
}

interface PriceFeed {
    function latestRoundData() external view returns (uint80, int256, uint256, uint256, uint80);
}

/// A lending market after the documentation of Compound III: its views, errors and arithmetic, as far as a borrower meets them.
/// Anybody may govern it. The supply rate is given; the borrow rate follows use, once a curve is set. Everything lies in storage, so that its code can be put anywhere.
contract Comet {
    struct Collateral {
        address asset;
        address priceFeed;
        uint64 borrowCollateralFactor;
        uint64 liquidateCollateralFactor;
        uint64 liquidationFactor;
        uint128 supplyCap;
    }

    struct AssetInfo {
        uint8 offset;
        address asset;
        address priceFeed;
        uint64 scale;
        uint64 borrowCollateralFactor;
        uint64 liquidateCollateralFactor;
        uint64 liquidationFactor;
        uint128 supplyCap;
    }

    struct UserBasic {
        int104 principal;
        uint64 baseTrackingIndex;
        uint64 baseTrackingAccrued;
        uint16 assetsIn;
        uint8 _reserved;
    }

    struct UserCollateral {
        uint128 balance;
        uint128 _reserved;
    }

    struct TotalsCollateral {
        uint128 totalSupplyAsset;
        uint128 _reserved;
    }

    error BadPrice();
    error BorrowTooSmall();
    error NotCollateralized();
    error NotLiquidatable();
    error Paused();
    error SupplyCapExceeded();
    error BadAsset();

    uint256 private constant FACTOR_SCALE = 1e18;
    uint256 private constant INDEX_SCALE = 1e15;

    address public baseToken;
    address public baseTokenPriceFeed;
    uint256 public baseScale;
    uint256 public baseBorrowMin;
    uint8 public numAssets;
    uint64 private supplyRate;
    uint64 private baseSupplyIndex;
    uint64 private baseBorrowIndex;
    uint104 private totalSupplyBase;
    uint104 private totalBorrowBase;
    uint40 private lastAccrualTime;
    uint8 private pauseFlags;
    /// 1e18 is 100 %; the rates a second.
    uint256 public borrowKink;
    uint256 public borrowPerSecondInterestRateBase;
    uint256 public borrowPerSecondInterestRateSlopeLow;
    uint256 public borrowPerSecondInterestRateSlopeHigh;
    AssetInfo[] private assets;
    mapping(address => UserBasic) public userBasic;
    mapping(address => mapping(address => UserCollateral)) public userCollateral;
    mapping(address => TotalsCollateral) public totalsCollateral;

    /// In place of a constructor. Rates: a second, 1e18 is 100 %.
    function init(
        address base,
        address baseFeed,
        uint64[2] calldata rates,
        uint256 borrowMin,
        Collateral[] calldata collaterals
    ) external {
        require(lastAccrualTime == 0, "initialized");
        (baseToken, baseTokenPriceFeed, baseBorrowMin) = (base, baseFeed, borrowMin);
        baseScale = uint64(10 ** Erc20(base).decimals());
        (supplyRate, borrowPerSecondInterestRateBase) = (rates[0], rates[1]);
        (baseSupplyIndex, baseBorrowIndex) = (uint64(INDEX_SCALE), uint64(INDEX_SCALE));
        lastAccrualTime = uint40(block.timestamp);
        numAssets = uint8(collaterals.length);
        for (uint256 i = 0; i < collaterals.length; i++) {
            Collateral calldata c = collaterals[i];
            // 64 bits, as documented: 10 to the 27 does not fit, and what is left of it is no power of ten.
            uint64 scale = uint64(10 ** uint256(Erc20(c.asset).decimals()));
            assets.push(
                AssetInfo(
                    uint8(i),
                    c.asset,
                    c.priceFeed,
                    scale,
                    c.borrowCollateralFactor,
                    c.liquidateCollateralFactor,
                    c.liquidationFactor,
                    c.supplyCap
                )
            );
        }
    }

    function getAssetInfo(uint8 i) public view returns (AssetInfo memory) {
        if (i >= numAssets) revert BadAsset();
        return assets[i];
    }

    function getPrice(address feed) public view returns (uint256) {
        (, int256 price, , , ) = PriceFeed(feed).latestRoundData();
        if (price <= 0) revert BadPrice();
        return uint256(price);
    }

    function getUtilization() public view returns (uint256) {
        uint256 supplied = (uint256(totalSupplyBase) * baseSupplyIndex) / INDEX_SCALE;
        if (supplied == 0) return 0;
        return (((uint256(totalBorrowBase) * baseBorrowIndex) / INDEX_SCALE) * FACTOR_SCALE) / supplied;
    }

    function getSupplyRate(uint256) external view returns (uint64) {
        return supplyRate;
    }

    /// As documented: the base, the low slope up to the kink, the high one beyond it.
    function getBorrowRate(uint256 utilization) public view returns (uint64) {
        uint256 low = utilization <= borrowKink ? utilization : borrowKink;
        uint256 rate = borrowPerSecondInterestRateBase + (borrowPerSecondInterestRateSlopeLow * low) / FACTOR_SCALE;
        return uint64(rate + (borrowPerSecondInterestRateSlopeHigh * (utilization - low)) / FACTOR_SCALE);
    }

    /// Kink, base, slope up to the kink, slope beyond it.
    function setCurve(uint256[4] calldata curve) external {
        _accrue();
        (borrowKink, borrowPerSecondInterestRateBase) = (curve[0], curve[1]);
        (borrowPerSecondInterestRateSlopeLow, borrowPerSecondInterestRateSlopeHigh) = (curve[2], curve[3]);
    }

    /// Supply, transfer, withdraw, absorb, buy: bit by bit.
    function pause(uint8 flags) external {
        pauseFlags = flags;
    }

    function isSupplyPaused() public view returns (bool) {
        return pauseFlags & 1 != 0;
    }

    function isWithdrawPaused() public view returns (bool) {
        return pauseFlags & 4 != 0;
    }

    function isAbsorbPaused() public view returns (bool) {
        return pauseFlags & 8 != 0;
    }

    /// Simple interest a second on the stored index, for as long as nobody used the market.
    function _accruedIndices() private view returns (uint64 supplyIndex, uint64 borrowIndex) {
        uint256 elapsed = block.timestamp - lastAccrualTime;
        supplyIndex = baseSupplyIndex + uint64((uint256(baseSupplyIndex) * (supplyRate * elapsed)) / FACTOR_SCALE);
        borrowIndex = baseBorrowIndex + uint64((uint256(baseBorrowIndex) * (getBorrowRate(getUtilization()) * elapsed)) / FACTOR_SCALE);
    }

    function _accrue() private {
        (baseSupplyIndex, baseBorrowIndex) = _accruedIndices();
        lastAccrualTime = uint40(block.timestamp);
    }

    function accrueAccount(address) external {
        _accrue();
    }

    function balanceOf(address account) public view returns (uint256) {
        (uint64 index, ) = _accruedIndices();
        int104 principal = userBasic[account].principal;
        return principal > 0 ? (uint256(uint104(principal)) * index) / INDEX_SCALE : 0;
    }

    function borrowBalanceOf(address account) public view returns (uint256) {
        (, uint64 index) = _accruedIndices();
        int104 principal = userBasic[account].principal;
        return principal < 0 ? (uint256(uint104(-principal)) * index) / INDEX_SCALE : 0;
    }

    /// By the stored index.
    function _balance(address account) private view returns (int256) {
        int256 principal = userBasic[account].principal;
        uint256 index = principal < 0 ? baseBorrowIndex : baseSupplyIndex;
        return (principal * int256(index)) / int256(INDEX_SCALE);
    }

    /// What is owed is rounded up, what is supplied down.
    function _setBalance(address account, int256 balance) private {
        int256 principal = balance >= 0
            ? (balance * int256(INDEX_SCALE)) / int256(uint256(baseSupplyIndex))
            : -((-balance * int256(INDEX_SCALE) + int256(uint256(baseBorrowIndex)) - 1) / int256(uint256(baseBorrowIndex)));
        int256 before = userBasic[account].principal;
        totalSupplyBase = uint104(uint256(int256(uint256(totalSupplyBase)) + _positive(principal) - _positive(before)));
        totalBorrowBase = uint104(uint256(int256(uint256(totalBorrowBase)) + _positive(-principal) - _positive(-before)));
        userBasic[account].principal = int104(principal);
    }

    function _positive(int256 x) private pure returns (int256) {
        return x > 0 ? x : int256(0);
    }

    function _isInAsset(address account, uint8 i) private view returns (bool) {
        UserBasic storage user = userBasic[account];
        return i < 16 ? (user.assetsIn >> i) & 1 != 0 : (user._reserved >> (i - 16)) & 1 != 0;
    }

    /// Weighted collateral less debt, 8 decimals of the quote unit; stops, as documented, where the debt is covered.
    function _liquidity(address account, bool toBorrow) private view returns (int256 liquidity) {
        int256 owed = _balance(account);
        if (owed >= 0) return 0;
        liquidity = (owed * int256(getPrice(baseTokenPriceFeed))) / int256(baseScale);
        for (uint8 i = 0; i < numAssets; i++) {
            if (!_isInAsset(account, i)) continue;
            if (liquidity >= 0) return liquidity;
            AssetInfo memory info = assets[i];
            uint256 value = (uint256(userCollateral[account][info.asset].balance) * getPrice(info.priceFeed)) / info.scale;
            uint256 factor = toBorrow ? info.borrowCollateralFactor : info.liquidateCollateralFactor;
            liquidity += int256((value * factor) / FACTOR_SCALE);
        }
    }

    /// Leaves out the interest since the market was last used.
    function isLiquidatable(address account) public view returns (bool) {
        return _liquidity(account, false) < 0;
    }

    function isBorrowCollateralized(address account) public view returns (bool) {
        return _liquidity(account, true) >= 0;
    }

    function supply(address asset, uint256 amount) external {
        if (isSupplyPaused()) revert Paused();
        Erc20(asset).transferFrom(msg.sender, address(this), amount);
        if (asset == baseToken) {
            _accrue();
            _setBalance(msg.sender, _balance(msg.sender) + int256(amount));
        } else {
            AssetInfo memory info = _infoOf(asset);
            TotalsCollateral storage totals = totalsCollateral[asset];
            totals.totalSupplyAsset += uint128(amount);
            if (totals.totalSupplyAsset > info.supplyCap) revert SupplyCapExceeded();
            _setCollateral(msg.sender, info, userCollateral[msg.sender][asset].balance + uint128(amount));
        }
    }

    function withdraw(address asset, uint256 amount) external {
        if (isWithdrawPaused()) revert Paused();
        if (asset == baseToken) {
            _accrue();
            int256 left = _balance(msg.sender) - int256(amount);
            _setBalance(msg.sender, left);
            if (left < 0 && uint256(-left) < baseBorrowMin) revert BorrowTooSmall();
        } else {
            AssetInfo memory info = _infoOf(asset);
            totalsCollateral[asset].totalSupplyAsset -= uint128(amount);
            _setCollateral(msg.sender, info, userCollateral[msg.sender][asset].balance - uint128(amount));
        }
        if (!isBorrowCollateralized(msg.sender)) revert NotCollateralized();
        Erc20(asset).transfer(msg.sender, amount);
    }

    function _infoOf(address asset) private view returns (AssetInfo memory) {
        for (uint8 i = 0; i < numAssets; i++) if (assets[i].asset == asset) return assets[i];
        revert BadAsset();
    }

    function _setCollateral(address account, AssetInfo memory info, uint128 balance) private {
        userCollateral[account][info.asset].balance = balance;
        UserBasic storage user = userBasic[account];
        if (info.offset < 16) {
            uint16 bit = uint16(1) << info.offset;
            user.assetsIn = balance == 0 ? user.assetsIn & ~bit : user.assetsIn | bit;
        } else {
            uint8 bit = uint8(1) << (info.offset - 16);
            user._reserved = balance == 0 ? user._reserved & ~bit : user._reserved | bit;
        }
    }

    /// Takes all collateral, credits it less a penalty, and forgives what is still owed. Accrues first.
    function absorb(address, address[] calldata accounts) external {
        if (isAbsorbPaused()) revert Paused();
        _accrue();
        for (uint256 k = 0; k < accounts.length; k++) {
            address account = accounts[k];
            if (!isLiquidatable(account)) revert NotLiquidatable();
            uint256 credit = 0;
            for (uint8 i = 0; i < numAssets; i++) {
                if (!_isInAsset(account, i)) continue;
                AssetInfo memory info = assets[i];
                uint128 seized = userCollateral[account][info.asset].balance;
                totalsCollateral[info.asset].totalSupplyAsset -= seized;
                credit += (((uint256(seized) * getPrice(info.priceFeed)) / info.scale) * info.liquidationFactor) / FACTOR_SCALE;
                _setCollateral(account, info, 0);
            }
            int256 left = _balance(account) + int256((credit * baseScale) / getPrice(baseTokenPriceFeed));
            _setBalance(account, left > 0 ? left : int256(0));
        }
    }
}
