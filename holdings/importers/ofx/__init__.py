"""OFX and QFX: investment statements, as SGML with unclosed tags (version 1) and as XML (version 2)."""
