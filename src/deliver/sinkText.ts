import { defanged } from '../report/defanged.ts'
import { plain } from '../report/words.ts'

/** One line as a chat or mail program may show it: nothing in it can be clicked, calls anybody, or moves the cursor. */
export function sinkLine(text: string): string {
  return defanged(plain(text, Number.MAX_SAFE_INTEGER))
    .replace(HASHTAG, '(#)')
    .replace(IP_ADDRESS, (address) => address.replaceAll('.', '[.]'))
    .replace(COMMAND, '(/)')
    .replace(CASHTAG, '($)')
}

/** The same for several lines. */
export function sinkText(text: string): string {
  return text.split('\n').map(sinkLine).join('\n')
}

/**
 * Chat programs send a command when it is touched.
 *
 * @see Telegram's own rules for bare text: https://github.com/tdlib/td/blob/master/td/telegram/MessageEntity.cpp
 */
const COMMAND = /(?<![\p{L}\p{N}_/<>])\/(?=[\p{L}\p{N}_])/gu
const CASHTAG = /\$(?=\p{L}|1INCH)/gu
/** Beside letters and digits a topic may begin with a middle dot or a vowel sign of Sinhala. */
const HASHTAG = /#(?=[\u00b7\u0d80-\u0dff])/g
/** The one kind of address that is linked without a letter in it. */
const IP_ADDRESS = /\d{1,3}(?:\.\d{1,3}){3}/g
