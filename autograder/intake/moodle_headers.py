"""Headers of Moodle's grading worksheet, which are in the language of the site: those of its language packs, as we remember them.

What is not here is known by its content, where that says what it is, or said to be not used.
"""
# ruff: noqa: RUF001 -- letters of other alphabets are what these words are made of

from __future__ import annotations

from collections.abc import Mapping

__all__ = ["HEADERS"]

HEADERS: Mapping[str, tuple[str, ...]] = {
    "name": (
        *("full name", "vollständiger name", "nom complet", "nombre completo", "nome completo", "volledige naam", "imię i nazwisko"),
        *("fullständigt namn", "fulde navn", "fullt navn", "koko nimi", "celé jméno", "teljes név", "ad soyad", "полное имя"),
        *("氏名", "姓名", "全名", "성명", "الاسم الكامل"),
    ),
    "idnumber": (
        *("id number", "id-nummer", "numéro d'identification", "número de id", "número de identificação", "codice identificativo"),
        *("numer id", "idnummer", "id-numero", "identifikační číslo", "id numarası", "индивидуальный номер"),
        *("idナンバー", "学号", "id号", "رقم الهوية"),
    ),
    "login": (
        *("username", "anmeldename", "benutzername", "nom d'utilisateur", "nombre de usuario", "nome de usuário", "nome de utilizador"),
        *("nom d'usuari", "gebruikersnaam", "nazwa użytkownika", "användarnamn", "brugernavn", "brukernavn", "käyttäjätunnus"),
        *("uživatelské jméno", "kullanıcı adı", "логин", "ユーザ名", "ユーザー名", "用户名", "اسم المستخدم"),
    ),
    "email": (
        *("email address", "email", "e-mail-adresse", "adresse de courriel", "adresse e-mail", "dirección de correo", "indirizzo email"),
        *("endereço de email", "e-mailadres", "adres e-mail", "e-postadress", "メールアドレス", "电子邮件地址", "адрес электронной почты"),
    ),
}
