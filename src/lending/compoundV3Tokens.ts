import type { Address } from 'viem'

/**
 * Chain id -> name -> token: what Compound III lends and takes, where the Aave address book does not have it. A stablecoin left
 * to be its own factor would fall with "all market factors", and hide what a crash of the collateral does to a loan in it.
 *
 * @see compound-finance/comet `deployments`: `configuration.json` and the migrations that add collaterals
 */
export const COMPOUND_V3_TOKENS: Readonly<Record<number, Readonly<Record<string, Address>>>> = {
  1: {
    COMP: '0xc00e94Cb662C3520282E6f5717214004A7f26888',
    sUSDS: '0xa3931d71877C0E7a3148CB7Eb4463524FEc27fbD',
    sFRAX: '0xA663B02CF0a4b149d2aD41910CB81e23e1c41c32',
    rswETH: '0xFAe103DC9cf190eD75350761e95403b7b8aFa6c0',
    pumpBTC: '0xF469fBD2abcd6B9de8E169d128226C0Fc90a012e',
  },
  130: {
    USDC: '0x078D782b760474a361dDA0AF3839290b0EF57AD6',
    WETH: '0x4200000000000000000000000000000000000006',
    WBTC: '0x927B51f251480a681271180DA4de28D44EC4AfB8',
    UNI: '0x8f187aA05619a017077f5308904739877ce9eA21',
    wstETH: '0xc02fE7317D4eb8753a02c35fe019786854A92001',
    weETH: '0x7DCC39B4d1C53CB31e1aBc0e358b43987FEF80f7',
    ezETH: '0x2416092f143378750bb29b79eD961ab195CcEea5',
  },
  2020: {
    WETH: '0xc99a6A985eD2Cac1ef41640596C5A5f9F4E19Ef5',
    WRON: '0xe514d9DEB7966c8BE0ca922de8a064264eA6bcd4',
    USDC: '0x0B7007c13325C48911F73A2daD5FA5dCBf808aDc',
    AXS: '0x97a9107C1793BC407d6F527b77e7fff4D812bece',
  },
  5000: { mETH: '0xcDA86A272531e8640cD7F1a92c01839911B90bb0' },
  8453: {
    AERO: '0x940181a94A35A4569E4529A3CDfB74e38FD98631',
    USDS: '0x820C137fa70C8691f0e44Dc420a5e53c168921Dc',
    sUSDS: '0x5875eEE11Cf8398102FdAd704C9E96607675467a',
  },
  42161: { GMX: '0xfc5A1A6EB076a2C7aD06eD22C90d7E710E35ad0a' },
}
