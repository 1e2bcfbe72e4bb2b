import fc from 'fast-check'

const ESC = String.fromCharCode(27)

/** What somebody may call a token, or a venue may answer, to do harm where it is shown. */
export const FRAGMENTS: readonly string[] = [
  ...[`${ESC}[2J`, `${ESC}]8;;http://evil.com${ESC}\\`, '\u0007', '\u009b31m', '\u0000', '\u202eCDSU', '\u2066x\u2069', '\u200b'],
  ...['\u00ad', '\ufeff', String.fromCodePoint(0xe0041), 'U\u0405DC', '\uff35SDC', '<script>alert(1)</script>', '<img src=x>'],
  ...[
    '<!-- ',
    ' -->',
    '<https://evil.com>',
    '<@123456>',
    '<!everyone>',
    '<#C1>',
    '&lt;',
    '&#64;',
    '&copy;',
    '=cmd|" /C calc"!A0',
  ],
  ...['+1+1', '-1', '@SUM(A1)', "'", '"', '\r\nBcc: a@evil.com', '\n\n# Head', '\n- item', '\u2028', '\u2029', '\t', '@everyone'],
  ...[
    '@here',
    '\uff20everyone',
    'a@evil.com',
    'mailto:a@evil.com',
    'evil.com',
    'www.evil.com',
    'EVIL.COM/x?y=1',
    'xn--80ak6aa92e.com',
  ],
  ...[
    'evil\u3002com',
    'evil\uff0ecom',
    'evil\uff61com',
    'http://evil',
    'https://evil.com/a_b_c',
    'tg://resolve?domain=x',
    '//evil.com',
  ],
  ...[
    '![x](http://evil.com/x.png)',
    '[x](javascript:alert(1))',
    '[x]: http://evil.com',
    '[^1]',
    '**b**',
    '__b__',
    '~~s~~',
    '~s~',
  ],
  ...['`c`', '```', '$x$', '$$', '^x^', '==m==', ':fire:', '#1', 'GH-1', '| a | b |', '|', '\\', '\\|', '\\\\', '{{x}}', '{%x%}'],
  ...[
    '> q',
    '---',
    '***',
    '===',
    '1. x',
    '1) x',
    '+ x',
    '* x',
    '# h',
    'x  ',
    '<a\nhref=x>',
    ']]>',
    '%0a',
    '\ud800',
    '\ud83d\udc80',
  ],
]

/** So many texts made of those fragments, the same each time; each fragment stands alone once. */
export function hostileTexts(count: number): readonly string[] {
  const mixed = fc.array(fc.oneof(fc.constantFrom(...FRAGMENTS), fc.constantFrom('USDC', ' ', 'a', '9')), {
    minLength: 2,
    maxLength: 6,
  })
  const rest = fc.sample(
    mixed.map((parts) => parts.join('')),
    { numRuns: Math.max(0, count - FRAGMENTS.length), seed: 20_261_122 },
  )
  return [...FRAGMENTS, ...rest].slice(0, count)
}
