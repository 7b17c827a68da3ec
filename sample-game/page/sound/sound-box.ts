/** What can be heard once. */
export type Noise = 'step' | 'gather' | 'craft' | 'bite' | 'strike' | 'line';

const VOLUME = 0.5;
const STRIDE_M = 1.1;
const FIRE_FOLLOW_S = 0.4;
/** The same waves for all noises, as long as this. */
const NOISE_S = 2;

/** All sounds of the game, made by the browser's own synthesiser. Silent until somebody turns it on. */
export class SoundBox {
  #context: AudioContext | null = null;
  #out: GainNode | null = null;
  #fire: GainNode | null = null;
  #noise: AudioBuffer | null = null;
  #walkedM = 0;

  get isOn(): boolean {
    return this.#context?.state === 'running';
  }

  /** Turns it on or off; browsers allow that only in answer to a press. Settles when it is done. */
  async toggle(): Promise<void> {
    if (this.isOn) await this.#context!.suspend();
    else await this.#open().resume();
  }

  play(noise: Noise): void {
    if (this.isOn) PLAYERS[noise](this.#context!, this.#out!, this.#noise!);
  }

  /** The player went so far, in metres: every stride is heard. */
  walk(stretchM: number): void {
    this.#walkedM += stretchM;
    if (this.#walkedM < STRIDE_M) return;
    this.#walkedM %= STRIDE_M;
    this.play('step');
  }

  /** How loud the nearest fire is, 0…1. */
  hearFire(loudness: number): void {
    if (this.isOn) this.#fire!.gain.setTargetAtTime(loudness * 0.25, this.#context!.currentTime, FIRE_FOLLOW_S);
  }

  #open(): AudioContext {
    if (this.#context !== null) return this.#context;
    const context = new AudioContext();
    const out = context.createGain();
    out.gain.value = VOLUME;
    out.connect(context.destination);
    const noise = whiteNoise(context);
    this.#fire = crackle(context, out, noise);
    [this.#context, this.#out, this.#noise] = [context, out, noise];
    return context;
  }
}

const PLAYERS: Readonly<Record<Noise, (context: AudioContext, out: AudioNode, noise: AudioBuffer) => void>> = {
  step: (context, out, noise) => hiss(context, out, noise, 0, 520, 0.06, 0.12),
  gather(context, out) {
    tone(context, out, 'triangle', 0, 520, 560, 0.1, 0.22);
    tone(context, out, 'triangle', 0.08, 780, 800, 0.14, 0.2);
  },
  craft(context, out, noise) {
    hiss(context, out, noise, 0, 1800, 0.05, 0.18);
    for (const [at, pitch] of [
      [0.06, 523],
      [0.16, 659],
      [0.26, 784],
    ] as const) {
      tone(context, out, 'triangle', at, pitch, pitch, 0.18, 0.18);
    }
  },
  bite(context, out, noise) {
    tone(context, out, 'sawtooth', 0, 190, 60, 0.22, 0.25);
    hiss(context, out, noise, 0, 900, 0.1, 0.3);
  },
  strike(context, out, noise) {
    hiss(context, out, noise, 0, 2600, 0.12, 0.25);
    tone(context, out, 'sine', 0.05, 240, 90, 0.16, 0.3);
  },
  line: (context, out) => tone(context, out, 'sine', 0, 880, 940, 0.07, 0.08),
};

function tone(
  context: AudioContext,
  out: AudioNode,
  shape: OscillatorType,
  afterS: number,
  fromHz: number,
  toHz: number,
  lengthS: number,
  loudness: number,
): void {
  const start = context.currentTime + afterS;
  const voice = context.createOscillator();
  voice.type = shape;
  voice.frequency.setValueAtTime(fromHz, start);
  voice.frequency.exponentialRampToValueAtTime(toHz, start + lengthS);
  voice.connect(fading(context, out, start, lengthS, loudness));
  voice.start(start);
  voice.stop(start + lengthS);
}

function hiss(
  context: AudioContext,
  out: AudioNode,
  noise: AudioBuffer,
  afterS: number,
  pitchHz: number,
  lengthS: number,
  loudness: number,
): void {
  const start = context.currentTime + afterS;
  const filter = context.createBiquadFilter();
  filter.type = 'bandpass';
  filter.frequency.value = pitchHz * (0.9 + Math.random() * 0.2);
  filter.connect(fading(context, out, start, lengthS, loudness));
  const voice = context.createBufferSource();
  voice.buffer = noise;
  voice.connect(filter);
  voice.start(start, Math.random() * (NOISE_S - lengthS), lengthS);
}

function fading(context: AudioContext, out: AudioNode, start: number, lengthS: number, loudness: number): GainNode {
  const gain = context.createGain();
  gain.gain.setValueAtTime(loudness, start);
  gain.gain.exponentialRampToValueAtTime(0.001, start + lengthS);
  gain.connect(out);
  return gain;
}

function whiteNoise(context: AudioContext): AudioBuffer {
  const buffer = context.createBuffer(1, NOISE_S * context.sampleRate, context.sampleRate);
  const samples = buffer.getChannelData(0);
  for (let i = 0; i < samples.length; i++) samples[i] = Math.random() * 2 - 1;
  return buffer;
}

/** A fire that always burns; its gain says how loud. */
function crackle(context: AudioContext, out: AudioNode, noise: AudioBuffer): GainNode {
  const gain = context.createGain();
  gain.gain.value = 0;
  gain.connect(out);
  const filter = context.createBiquadFilter();
  filter.type = 'lowpass';
  filter.frequency.value = 420;
  filter.connect(gain);
  const voice = context.createBufferSource();
  voice.buffer = noise;
  voice.loop = true;
  voice.connect(filter);
  voice.start();
  // Now and then a spark: two slow waves that meet seldom.
  const spark = context.createOscillator();
  const depth = context.createGain();
  spark.frequency.value = 7.3;
  depth.gain.value = 260;
  spark.connect(depth).connect(filter.frequency);
  spark.start();
  return gain;
}
