/** At most so many of the values that were added, each as likely to be among them as any other (Vitter's algorithm R). */
export class Sample {
  readonly values: number[] = [];
  #added = 0;
  readonly #sizeMax: number;
  readonly #random: () => number;

  /** @param random gives numbers from 0 up to but not including 1 */
  constructor(sizeMax: number, random: () => number) {
    this.#sizeMax = sizeMax;
    this.#random = random;
  }

  add(value: number): void {
    this.#added += 1;
    if (this.values.length < this.#sizeMax) {
      this.values.push(value);
      return;
    }
    const at = Math.floor(this.#random() * this.#added);
    if (at < this.#sizeMax) this.values[at] = value;
  }
}
