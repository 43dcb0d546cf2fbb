/**
 * `Fn::Cidr`: the first `count` blocks with `bits` host bits within an IPv4 block, or `undefined` when they do not fit.
 * `count` is 1–256, `bits` the inverse of the mask: 8 gives /24.
 */
export function cidrBlocks(block: string, count: number, bits: number): string[] | undefined {
  const match = /^(\d+)\.(\d+)\.(\d+)\.(\d+)\/(\d+)$/.exec(block);
  if (match === null) return undefined;
  const [first = 0, second = 0, third = 0, fourth = 0, mask = 33] = match.slice(1).map(Number);
  const size = 2 ** bits;
  const hosts = 2 ** (32 - mask);
  const fits = [first, second, third, fourth].every((octet) => octet <= 255) && mask <= 32 && count * size <= hosts;
  if (!fits || !Number.isInteger(count) || count < 1 || count > 256 || !Number.isInteger(bits) || bits < 1)
    return undefined;
  const address = ((first * 256 + second) * 256 + third) * 256 + fourth;
  const base = address - (address % hosts);
  return Array.from({ length: count }, (_, index) => `${dotted(base + index * size)}/${32 - bits}`);
}

function dotted(address: number): string {
  return [24, 16, 8, 0].map((shift) => Math.floor(address / 2 ** shift) % 256).join('.');
}
