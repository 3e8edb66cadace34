import { createElement } from 'react'
import './wide.css'
console.log(createElement('p'))
