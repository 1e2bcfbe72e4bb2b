import { dec, isDecimalText } from '../risk/decimal.ts'
import type { TermChange } from '../risk/legSteps.ts'
import { plain, setShareWords } from './words.ts'

/** A term that changed: "the liquidation threshold of WETH 83 % to 80 %". */
export function termWords({ what, label, before, now }: TermChange): string {
  const of = label === null ? '' : ` of ${plain(label, 30)}`
  const shares = `${shown(before)} to ${shown(now)}`
  switch (what) {
    case 'threshold':
      return `the liquidation threshold${of} ${shares}`
    case 'ltv':
      return `the loan-to-value${of} ${shares}`
    case 'bonus':
      return `the liquidation bonus${of} ${shares}`
    case 'factor':
      return `what a liquidation credits${of} ${shares}`
    case 'haircut':
      return `the share${of} that counts as margin ${shares}`
    case 'e-mode':
      return label === null
        ? `e-mode category ${plain(before, 20)} to ${plain(now, 20)}`
        : `${plain(label, 30)} ${now === 'in' ? 'is in the e-mode now' : 'is not in the e-mode any more'}`
    case 'revision':
      return `the pool's revision ${plain(before, 20)} to ${plain(now, 20)}`
    case 'state':
      return `${label === null ? 'liquidation' : plain(label, 30)} was ${plain(before, 40)}, is ${plain(now, 40)}`
    case 'collateral':
      return `${label === null ? '' : `${plain(label, 30)} `}${now === 'on' ? 'counts as collateral now' : 'is no collateral any more'}`
    case 'tiers':
      return `the maintenance table${of} changed`
    case 'rules':
      return 'the margin rules changed'
    case 'liquidation':
      return 'the rules of a liquidation changed'
  }
}

function shown(value: string): string {
  return isDecimalText(value) ? setShareWords(dec(value)) : plain(value, 30)
}
