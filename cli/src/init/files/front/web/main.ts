import './main.css';
import { counter } from './counter';

const button = document.querySelector<HTMLButtonElement>('#count');
if (button) counter(button);
