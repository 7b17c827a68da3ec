import { useReducer, useTickbase } from '@tickbase/client/react';
import { type FormEvent, useEffect, useState } from 'react';
import { reducers } from '../module_bindings/index.ts';

/** Who has not pressed a key for so long writes no more. */
const PAUSE_MS = 3000;

/** Where one writes. What the server refuses stays in the field, with its reason. */
export function Composer() {
  const { isActive } = useTickbase();
  const sendMessage = useReducer(reducers.sendMessage);
  const setTyping = useReducer(reducers.setTyping);
  const [text, setText] = useState('');
  const [isTyping, setIsTyping] = useState(false);
  const [refusal, setRefusal] = useState('');

  useEffect(() => {
    if (!isTyping) return;
    // Whether others see it is of no weight: a refusal is passed over.
    setTyping({ isTyping: true }).catch(() => {});
    return () => void setTyping({ isTyping: false }).catch(() => {});
  }, [isTyping, setTyping]);

  useEffect(() => {
    const timer = setTimeout(() => setIsTyping(false), PAUSE_MS);
    return () => clearTimeout(timer);
  }, [text]);

  const send = async (event: FormEvent): Promise<void> => {
    event.preventDefault();
    setText('');
    setIsTyping(false);
    setRefusal('');
    try {
      await sendMessage({ text });
    } catch (error) {
      setText((since) => since || text);
      setRefusal(error instanceof Error ? error.message : String(error));
    }
  };
  return (
    <form id="composer" onSubmit={(event) => void send(event)}>
      {refusal !== '' && <p role="alert">{refusal}</p>}
      <input
        id="text"
        aria-label="message"
        placeholder="Write a message"
        autoComplete="off"
        value={text}
        onChange={(event) => {
          setText(event.target.value);
          setIsTyping(event.target.value !== '');
        }}
      />
      <button disabled={!isActive || text.trim() === ''}>Send</button>
    </form>
  );
}
