import { daylight } from '../../src/daylight.ts';
import { HP_MAX } from '../../src/rules.ts';
import { hourAt, hourText } from '../world/world-hour.ts';
import type { NightPhase } from '../world/night-phase.ts';
import { element } from './element.ts';

const LOW_HEALTH = 0.35;

/** The own name, which can be written over, how well one is, and the hour. */
export class SelfPanel {
  #name = element<HTMLInputElement>('name');
  #health = element('health');
  #hour = element('hour');
  #peril = element('peril');
  #known: string;

  constructor(name: string, onRename: (name: string) => void) {
    this.#name.value = name;
    this.#known = name;
    this.#name.addEventListener('change', () => {
      const wanted = this.#name.value.trim();
      if (wanted === '') this.#name.value = this.#known;
      else onRename((this.#known = wanted));
    });
    this.#name.addEventListener('keydown', ({ key }) => {
      if (key === 'Enter' || key === 'Escape') this.#name.blur();
    });
    this.showHealth(HP_MAX);
  }

  /** As it was last written. */
  get name(): string {
    return this.#known;
  }

  showHealth(hp: number): void {
    const part = Math.max(0, Math.min(1, hp / HP_MAX));
    const text = `${hp} hp`;
    const label = this.#health.querySelector('span')!;
    if (label.textContent === text) return;
    label.textContent = text;
    this.#health.ariaValueNow = String(hp);
    this.#health.classList.toggle('low', part <= LOW_HEALTH);
    this.#health.querySelector('i')!.style.transform = `scaleX(${part})`;
  }

  showHour(secondsSinceDawn: number): void {
    const text = hourText(hourAt(secondsSinceDawn));
    const label = this.#hour.querySelector('span')!;
    if (label.textContent === text) return;
    label.textContent = text;
    this.#hour.classList.toggle('night', daylight(secondsSinceDawn) < 0.5);
  }

  showPhase(phase: NightPhase): void {
    this.#peril.hidden = phase === 'day';
    this.#peril.textContent = phase === 'dusk' ? 'wolves hunt soon' : 'wolves: stay by a fire';
    this.#peril.classList.toggle('night', phase === 'night');
  }
}
