"""How our own pages look: light and dark, nothing from elsewhere."""

STYLE = (
    "html{color-scheme:light dark}"
    "body{margin:0;min-height:100vh;display:grid;place-items:center;background:#f3f6f7;color:#17252a;"
    "font:18px/1.5 system-ui,sans-serif}"
    "main{max-width:34rem;padding:2rem}h1{font-size:1.4rem;margin:0 0 .6rem}p{margin:0 0 1.2rem}a{color:#0b6477}"
    "button{font:inherit;padding:.6rem 1.2rem;border:0;border-radius:8px;background:#0b6477;color:#fff;cursor:pointer}"
    "label{display:block;margin:0 0 1rem}label.tick{display:flex;gap:.6rem;align-items:start}"
    "input{font:inherit;box-sizing:border-box;width:100%;padding:.5rem .7rem;margin-top:.2rem;border:1px solid #7a8f97;"
    "border-radius:8px;background:#fff;color:inherit}.tick input{width:1.2rem;height:1.2rem;flex:none}"
    "a.way{display:block;margin:0 0 .8rem;padding:.6rem 1.2rem;border:1px solid #0b6477;border-radius:8px;"
    "text-decoration:none}a.way:first-of-type{background:#0b6477;color:#fff}"
    "small{display:block;opacity:.8}.wrong{color:#9a1f18}nav{margin-top:1.4rem}nav a{display:block;margin:.4rem 0}"
    "pre{font:inherit;white-space:pre-wrap;background:#e6ecee;border-radius:8px;padding:.8rem 1rem}"
    "svg{display:block;width:13rem;border-radius:8px;margin:0 0 1.2rem}"
    "@media(prefers-color-scheme:dark){body{background:#10191c;color:#e7eef0}a{color:#6cc6d6}a.way{border-color:#6cc6d6}"
    "input{background:#18252a;border-color:#55686f}.wrong{color:#f5a29b}pre{background:#18252a}}"
)
