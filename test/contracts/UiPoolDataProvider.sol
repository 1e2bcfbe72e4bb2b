// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

/// A data provider with the layout that @aave/contract-helpers 1.38 decodes (the one of Aave v3.7), over a pool of v3.0, whose own
/// provider has another layout. Fields that v3.0 does not have are 0. Makes the calls that a provider has to make, and no others.

struct ReserveRow {
    address underlyingAsset;
    string name;
    string symbol;
    uint256 decimals;
    uint256 baseLTVasCollateral;
    uint256 reserveLiquidationThreshold;
    uint256 reserveLiquidationBonus;
    uint256 reserveFactor;
    bool usageAsCollateralEnabled;
    bool borrowingEnabled;
    bool isActive;
    bool isFrozen;
    uint128 liquidityIndex;
    uint128 variableBorrowIndex;
    uint128 liquidityRate;
    uint128 variableBorrowRate;
    uint40 lastUpdateTimestamp;
    address aTokenAddress;
    address variableDebtTokenAddress;
    address interestRateStrategyAddress;
    uint256 availableLiquidity;
    uint256 totalScaledVariableDebt;
    uint256 priceInMarketReferenceCurrency;
    address priceOracle;
    uint256 variableRateSlope1;
    uint256 variableRateSlope2;
    uint256 baseVariableBorrowRate;
    uint256 optimalUsageRatio;
    bool isPaused;
    bool isSiloedBorrowing;
    uint128 accruedToTreasury;
    uint128 isolationModeTotalDebt;
    bool flashLoanEnabled;
    uint256 debtCeiling;
    uint256 debtCeilingDecimals;
    uint256 borrowCap;
    uint256 supplyCap;
    bool borrowableInIsolation;
    uint128 virtualUnderlyingBalance;
    uint128 deficit;
}

struct BaseCurrency {
    uint256 marketReferenceCurrencyUnit;
    int256 marketReferenceCurrencyPriceInUsd;
    int256 networkBaseTokenPriceInUsd;
    uint8 networkBaseTokenPriceDecimals;
}

struct UserRow {
    address underlyingAsset;
    uint256 scaledATokenBalance;
    bool usageAsCollateralEnabledOnUser;
    uint256 scaledVariableDebt;
}

struct EModeCategory {
    uint16 ltv;
    uint16 liquidationThreshold;
    uint16 liquidationBonus;
    uint128 collateralBitmap;
    bool isolated;
    string label;
    uint128 borrowableBitmap;
    uint128 ltvzeroBitmap;
}

struct EMode {
    uint8 id;
    EModeCategory eMode;
}

/// As `Pool.getReserveData` of v3.0 lays it out.
struct PoolReserve {
    uint256 configuration;
    uint128 liquidityIndex;
    uint128 currentLiquidityRate;
    uint128 variableBorrowIndex;
    uint128 currentVariableBorrowRate;
    uint128 currentStableBorrowRate;
    uint40 lastUpdateTimestamp;
    uint16 id;
    address aToken;
    address stableDebtToken;
    address variableDebtToken;
    address strategy;
    uint128 accruedToTreasury;
    uint128 unbacked;
    uint128 isolationModeTotalDebt;
}

struct PoolEMode {
    uint16 ltv;
    uint16 liquidationThreshold;
    uint16 liquidationBonus;
    address priceSource;
    string label;
}

interface Provider {
    function getPool() external view returns (Pool);
    function getPriceOracle() external view returns (Oracle);
}

interface Pool {
    function getReservesList() external view returns (address[] memory);
    function getReserveData(address asset) external view returns (PoolReserve memory);
    function getUserConfiguration(address user) external view returns (uint256);
    function getUserEMode(address user) external view returns (uint256);
    function getEModeCategoryData(uint8 id) external view returns (PoolEMode memory);
}

interface Oracle {
    function BASE_CURRENCY_UNIT() external view returns (uint256);
    function getAssetPrice(address asset) external view returns (uint256);
    function getSourceOfAsset(address asset) external view returns (address);
}

interface Token {
    function name() external view returns (string memory);
    function symbol() external view returns (string memory);
    function balanceOf(address account) external view returns (uint256);
    function scaledBalanceOf(address account) external view returns (uint256);
    function scaledTotalSupply() external view returns (uint256);
}

interface Strategy {
    function getVariableRateSlope1() external view returns (uint256);
    function getVariableRateSlope2() external view returns (uint256);
    function getBaseVariableBorrowRate() external view returns (uint256);
    function OPTIMAL_USAGE_RATIO() external view returns (uint256);
}

contract UiPoolDataProvider {
    function getReservesList(Provider provider) external view returns (address[] memory) {
        return provider.getPool().getReservesList();
    }

    function getReservesData(Provider provider) external view returns (ReserveRow[] memory rows, BaseCurrency memory base) {
        Pool pool = provider.getPool();
        Oracle oracle = provider.getPriceOracle();
        address[] memory list = pool.getReservesList();
        rows = new ReserveRow[](list.length);
        for (uint256 i = 0; i < list.length; i++) {
            PoolReserve memory r = pool.getReserveData(list[i]);
            ReserveRow memory row = rows[i];
            row.underlyingAsset = list[i];
            _figures(row, r);
            _configuration(row, r.configuration);
            _tokens(row, Token(r.aToken), Token(r.variableDebtToken));
            row.priceInMarketReferenceCurrency = oracle.getAssetPrice(list[i]);
            row.priceOracle = oracle.getSourceOfAsset(list[i]);
            _rates(row, Strategy(r.strategy));
        }
        base.marketReferenceCurrencyUnit = oracle.BASE_CURRENCY_UNIT();
        base.marketReferenceCurrencyPriceInUsd = int256(base.marketReferenceCurrencyUnit);
        base.networkBaseTokenPriceDecimals = 8;
    }

    function _figures(ReserveRow memory row, PoolReserve memory r) private pure {
        row.liquidityIndex = r.liquidityIndex;
        row.variableBorrowIndex = r.variableBorrowIndex;
        row.liquidityRate = r.currentLiquidityRate;
        row.variableBorrowRate = r.currentVariableBorrowRate;
        row.lastUpdateTimestamp = r.lastUpdateTimestamp;
        row.aTokenAddress = r.aToken;
        row.variableDebtTokenAddress = r.variableDebtToken;
        row.interestRateStrategyAddress = r.strategy;
        row.accruedToTreasury = r.accruedToTreasury;
        row.isolationModeTotalDebt = r.isolationModeTotalDebt;
    }

    function _tokens(ReserveRow memory row, Token aToken, Token debt) private view {
        Token token = Token(row.underlyingAsset);
        row.name = token.name();
        row.symbol = token.symbol();
        row.availableLiquidity = token.balanceOf(address(aToken));
        row.virtualUnderlyingBalance = uint128(row.availableLiquidity);
        row.totalScaledVariableDebt = debt.scaledTotalSupply();
    }

    function _rates(ReserveRow memory row, Strategy strategy) private view {
        row.variableRateSlope1 = strategy.getVariableRateSlope1();
        row.variableRateSlope2 = strategy.getVariableRateSlope2();
        row.baseVariableBorrowRate = strategy.getBaseVariableBorrowRate();
        row.optimalUsageRatio = strategy.OPTIMAL_USAGE_RATIO();
    }

    /// @dev ReserveConfiguration of v3.0.
    function _configuration(ReserveRow memory row, uint256 bits) private pure {
        row.baseLTVasCollateral = bits & 0xffff;
        row.reserveLiquidationThreshold = (bits >> 16) & 0xffff;
        row.reserveLiquidationBonus = (bits >> 32) & 0xffff;
        row.decimals = (bits >> 48) & 0xff;
        row.isActive = (bits >> 56) & 1 == 1;
        row.isFrozen = (bits >> 57) & 1 == 1;
        row.borrowingEnabled = (bits >> 58) & 1 == 1;
        row.isPaused = (bits >> 60) & 1 == 1;
        row.borrowableInIsolation = (bits >> 61) & 1 == 1;
        row.isSiloedBorrowing = (bits >> 62) & 1 == 1;
        row.flashLoanEnabled = true;
        row.reserveFactor = (bits >> 64) & 0xffff;
        row.borrowCap = (bits >> 80) & 0xfffffffff;
        row.supplyCap = (bits >> 116) & 0xfffffffff;
        row.debtCeiling = (bits >> 212) & 0xffffffffff;
        row.debtCeilingDecimals = 2;
        row.usageAsCollateralEnabled = row.baseLTVasCollateral != 0;
    }

    function getUserReservesData(Provider provider, address user) external view returns (UserRow[] memory rows, uint8 eMode) {
        Pool pool = provider.getPool();
        address[] memory list = pool.getReservesList();
        uint256 bits = pool.getUserConfiguration(user);
        eMode = uint8(pool.getUserEMode(user));
        rows = new UserRow[](list.length);
        for (uint256 i = 0; i < list.length; i++) {
            PoolReserve memory r = pool.getReserveData(list[i]);
            rows[i].underlyingAsset = list[i];
            rows[i].scaledATokenBalance = Token(r.aToken).scaledBalanceOf(user);
            rows[i].usageAsCollateralEnabledOnUser = (bits >> (2 * i + 1)) & 1 == 1;
            if ((bits >> (2 * i)) & 1 == 1) rows[i].scaledVariableDebt = Token(r.variableDebtToken).scaledBalanceOf(user);
        }
    }

    /// Category 1 alone, the only one of the sandbox. In v3.0 a reserve names its category.
    function getEModes(Provider provider) external view returns (EMode[] memory modes) {
        Pool pool = provider.getPool();
        address[] memory list = pool.getReservesList();
        modes = new EMode[](1);
        PoolEMode memory mode = pool.getEModeCategoryData(1);
        modes[0].id = 1;
        modes[0].eMode.ltv = mode.ltv;
        modes[0].eMode.liquidationThreshold = mode.liquidationThreshold;
        modes[0].eMode.liquidationBonus = mode.liquidationBonus;
        modes[0].eMode.label = mode.label;
        uint128 bitmap = 0;
        for (uint256 i = 0; i < list.length; i++) {
            if ((pool.getReserveData(list[i]).configuration >> 168) & 0xff == 1) bitmap |= uint128(1 << i);
        }
        modes[0].eMode.collateralBitmap = bitmap;
        modes[0].eMode.borrowableBitmap = bitmap;
    }
}
